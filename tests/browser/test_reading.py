"""What is on the page: what came, what was seen, what is cut off."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

POLL = re.compile(r"/messages/\d+/poll")
UNFOCUSED = "document.hasFocus = () => Boolean(window.isLookedAt)"


def test_fetching_is_not_reading(bea: Visitor, sam: Visitor, bicycle: str):
    conversation = bea.contact(bicycle)
    sam.context.add_init_script(UNFOCUSED)
    sam.page.goto(conversation)

    bea.write("Is it still available?")
    expect(sam.bodies).to_have_text(["Is it still available?"])
    expect(sam.badge).to_have_text("1")
    bea.write("Hello?")
    expect(sam.badge).to_have_text("2")
    expect(bea.messages.first).to_have_attribute("data-status", "sent")

    sam.page.evaluate("window.isLookedAt = true; window.dispatchEvent(new Event('focus'))")
    expect(sam.badge).to_be_hidden()
    expect(bea.messages.last).to_have_attribute("data-status", "read")


def test_a_conversation_opens_at_the_first_unread_message(bea: Visitor, sam: Visitor, bicycle: str):
    conversation = bea.contact(bicycle)
    bea.send_many(conversation, [f"Number {number}" for number in range(1, 41)])

    sam.page.goto(conversation)

    expect(sam.page.get_by_text("New messages")).to_be_in_viewport()
    expect(sam.bodies.first).to_be_in_viewport()
    expect(sam.bodies.last).not_to_be_in_viewport()
    expect(sam.badge).not_to_have_text("0")  # what is below was not seen yet


def test_older_messages_come_without_moving_what_is_read(bea: Visitor, sam: Visitor, bicycle: str):
    conversation = bea.contact(bicycle)
    bea.send_many(conversation, [f"Number {number}" for number in range(1, 121)])
    bea.page.reload()
    expect(bea.messages).to_have_count(50)
    expect(bea.bodies.last).to_be_in_viewport()

    for count in (100, 120):
        read = bea.bodies.first
        anchor = bea.page.locator(f"#{bea.messages.first.get_attribute('id')}")
        bea.page.evaluate("document.querySelector('[role=log]').scrollTop = 30")
        read.wait_for()
        expect(bea.messages).to_have_count(count)
        expect(anchor).to_be_in_viewport()

    expect(bea.bodies).to_have_text([f"Number {number}" for number in range(1, 121)])
    expect(bea.page.locator(".older")).to_be_hidden()


def test_who_reads_above_is_told_and_not_moved(bea: Visitor, sam: Visitor, bicycle: str):
    conversation = bea.contact(bicycle)
    bea.send_many(conversation, [f"Number {number}" for number in range(1, 41)])
    bea.page.reload()
    bea.page.evaluate("document.querySelector('[role=log]').scrollTop = 0")
    expect(bea.bodies.first).to_be_in_viewport()

    sam.page.goto(conversation)
    sam.write("Yes, it is.")

    pill = bea.page.get_by_role("button", name="1 new message")
    expect(pill).to_be_visible()
    expect(bea.bodies.first).to_be_in_viewport()
    expect(bea.badge).to_have_text("1")
    pill.click()
    expect(bea.bodies.last).to_be_in_viewport()
    expect(bea.badge).to_be_hidden()


def test_the_page_says_when_it_is_cut_off_and_when_it_is_back(
    bea: Visitor, sam: Visitor, bicycle: str
):
    conversation = bea.contact(bicycle)
    sam.page.goto(conversation)
    expect(bea.connection).to_have_attribute("data-state", "online")
    bea.page.route(POLL, lambda route: route.abort())
    expect(bea.connection).to_have_attribute("data-state", "reconnecting")
    expect(bea.connection).to_contain_text("Reconnecting")
    sam.write("Still there?")
    expect(sam.messages.last).to_have_attribute("data-status", "sent")

    bea.page.unroute(POLL)

    expect(bea.connection).to_have_attribute("data-state", "online")
    expect(bea.connection).to_contain_text("Back online")
    expect(bea.bodies).to_have_text(["Still there?"])


def test_a_page_never_asks_twice_at_the_same_time(bea: Visitor, sam: Visitor, bicycle: str):
    conversation = bea.contact(bicycle)
    with bea.page.expect_request(POLL):
        waiting = bea.hold(POLL)

    bea.write("Is it still available?")
    expect(bea.messages).to_have_attribute("data-status", "sent")
    for _ in range(3):
        bea.page.evaluate("window.dispatchEvent(new Event('focus'))")
    sam.page.goto(conversation)
    sam.write("Yes, it is.")
    expect(sam.messages.last).to_have_attribute("data-status", "sent")
    assert len(waiting) == 1

    bea.page.unroute(POLL)  # lets go on what is held
    expect(bea.bodies).to_have_text(["Is it still available?", "Yes, it is."])


def test_5000_characters_without_a_space_do_not_widen_a_phone(visit: Visit, bicycle: str):
    bea = visit("Bea", viewport={"width": 375, "height": 700})
    bea.contact(bicycle, "x" * 5000)
    expect(bea.bodies).to_have_text(["x" * 5000])
    bea.write("y" * 5000)
    expect(bea.messages.last).to_have_attribute("data-status", "sent")

    for path in (bea.path, "/messages"):
        bea.page.goto(path)
        assert bea.page.evaluate("document.documentElement.scrollWidth") == 375
        assert bea.page.evaluate(
            "[...document.querySelectorAll('message-log, .pane-list')]"
            ".every((each) => each.scrollWidth <= each.clientWidth)"
        )


def test_a_text_is_shown_and_never_run(bea: Visitor, sam: Visitor, bicycle: str):
    hostile = '</script><img src=x onerror="document.title=1"> javascript:alert(1)'
    conversation = bea.contact(bicycle, hostile)
    bea.write(f"{hostile} https://example.com/?a=1&b=2.")
    expect(bea.messages.last).to_have_attribute("data-status", "sent")

    sam.page.goto(conversation)

    for person in (bea, sam):
        expect(person.bodies.first).to_have_text(hostile)
        expect(person.messages.locator("img")).to_have_count(0)
        link = person.messages.locator("a")
        expect(link).to_have_count(1)
        expect(link).to_have_attribute("href", "https://example.com/?a=1&b=2")
        expect(link).to_have_attribute("rel", "noopener nofollow ugc")
    assert [bea.complaints, sam.complaints] == [[], []]


def test_the_inbox_is_searched_as_one_types(bea: Visitor, sam: Visitor, bicycle: str):
    conversation = bea.contact(bicycle, "Is it still available?")
    bea.page.goto("/messages")
    expect(bea.row(conversation)).to_be_visible()

    search = bea.page.get_by_role("searchbox", name="Search your messages")
    search.press_sequentially("tandem")
    expect(bea.page.get_by_text("Nothing found for “tandem”.")).to_be_visible()
    expect(bea.row(conversation)).to_have_count(0)

    search.fill("bicycle")
    expect(bea.row(conversation)).to_be_visible()
    expect(search).to_be_focused()
