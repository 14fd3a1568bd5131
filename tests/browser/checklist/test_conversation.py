"""Points 11 to 19 of the checklist: what is read, and where it stands."""

import itertools
import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from marketplace.catalogue.models import Status
from tests.browser.checklist.conftest import Open
from tests.browser.measure import box, style
from tests.browser.stage import Person, Stage, Talk
from tests.catalogue.uploads import jpeg

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")

ATTACHMENT = re.compile(r"/api/v1/attachments/[^/]+")
SEND = re.compile(r"/api/v1/conversations/\d+/messages$")
NEAR_PX = 1


def at(hour: int, minute: int) -> datetime:
    """A moment of the tenth of March 2025, which is over in every time zone."""
    return datetime(2025, 3, 10, hour, minute, tzinfo=UTC)


def numbered(first: int, last: int) -> list[str]:
    """So many texts, each its own."""
    return [f"Number {number}." for number in range(first, last + 1)]


def test_ux_11_opens_at_the_first_unread_with_some_context(bea: Person, sam: Person, talk: Talk):
    talk.say(bea.user, *numbered(1, 60))
    talk.read(sam.user, 30)
    sam.page.goto(talk.path)

    expect(sam.page.get_by_text("New messages", exact=True)).to_be_in_viewport()
    for text in ("Number 30.", "Number 31."):
        expect(sam.bodies.filter(has_text=text)).to_be_in_viewport()
    expect(sam.bodies.last).not_to_be_in_viewport()
    tops = [box(body).top for body in sam.bodies.all()]
    assert tops == sorted(tops), "the oldest is on top"

    bea.page.goto(talk.path)  # all is read here: at the end
    expect(bea.bodies.last).to_be_in_viewport()


def test_ux_12_the_divider_stays_until_the_page_is_left(bea: Person, sam: Person, talk: Talk):
    talk.say(bea.user, "Is it still available?", "Hello?")
    talk.read(sam.user, 1)
    sam.page.goto(talk.path)
    divider = sam.page.get_by_text("New messages", exact=True)
    expect(divider).to_be_visible()
    expect(sam.badge).to_be_hidden()  # all is read

    talk.say(bea.user, "Anybody there?")
    expect(sam.bodies).to_have_count(3)
    expect(divider).to_have_count(1)
    assert box(sam.bodies.nth(0)).bottom <= box(divider).top <= box(sam.bodies.nth(1)).top
    expect(sam.badge).to_be_hidden()
    sam.page.reload()
    expect(sam.bodies).to_have_count(3)
    expect(divider).to_have_count(0)


def test_ux_13_days_and_times_are_the_readers_own(
    bea: Person, sam: Person, open_window: Open, stage: Stage, is_wide: bool
):
    tokyo = open_window("Tomo", timezone_id="Asia/Tokyo")
    talk = stage.talk(tokyo.user, sam.user)
    talk.say(tokyo.user, "Just before midnight", "Just after it")
    talk.date([at(14, 59), at(15, 1)])
    days = "[role=log] [data-format=day]"

    tokyo.page.goto(talk.path)
    expect(tokyo.page.locator(days)).to_have_text([re.compile("10"), re.compile("11")])
    first, second = tokyo.page.locator(days).all()
    before_midnight, after = tokyo.bodies.all()
    assert box(first).bottom < box(before_midnight).top
    assert box(before_midnight).bottom < box(second).top < box(after).top
    expect(tokyo.messages.first).to_contain_text("11:59")

    sam.page.goto(talk.path)  # in UTC both are of one afternoon
    expect(sam.page.locator(days)).to_have_text([re.compile("10")])
    expect(sam.messages.last).to_contain_text("03:01")


def test_ux_14_messages_of_one_sender_within_minutes_are_grouped(
    bea: Person, sam: Person, talk: Talk
):
    talk.say(bea.user, "One", "Two", "Much later")
    talk.say(sam.user, "From another")
    talk.date([at(10, 0), at(10, 2), at(10, 30), at(10, 31)])
    bea.page.goto(talk.path)

    expect(bea.bodies).to_have_count(4)
    boxes = [box(body) for body in bea.bodies.all()]
    within, between, other = (
        after.top - before.bottom for before, after in itertools.pairwise(boxes)
    )
    assert within < between
    assert within < other
    times = bea.messages.locator("time[data-format=clock]")
    assert [time.is_visible() for time in times.all()] == [False, True, True, True]


def test_ux_15_own_and_others_are_told_by_side_and_by_label(bea: Person, sam: Person, talk: Talk):
    talk.say(bea.user, "Mine")
    talk.say(sam.user, "Yours")
    bea.page.goto(talk.path)

    log = box(bea.page.get_by_role("log"))
    own, others = (box(body) for body in bea.bodies.all())
    assert own.middle > log.middle > others.middle
    assert log.right - own.right < own.left - log.left
    expect(bea.messages.first).to_contain_text(re.compile(r"You:\s*Mine"))
    expect(bea.messages.last).to_contain_text(re.compile(r"Sam:\s*Yours"))


def test_ux_16_sticks_to_the_bottom_only_when_there_and_says_what_is_new(
    bea: Person, sam: Person, talk: Talk
):
    talk.say(bea.user, *numbered(1, 40))
    bea.page.goto(talk.path)
    expect(bea.bodies.last).to_be_in_viewport(ratio=1)
    talk.say(sam.user, "Yes")
    expect(bea.bodies.last).to_have_text("Yes")
    expect(bea.bodies.last).to_be_in_viewport(ratio=1)
    pill = bea.page.get_by_role("button", name="new message")
    expect(pill).to_be_hidden()

    bea.page.get_by_role("log").evaluate("(log) => { log.scrollTop = 0 }")
    expect(bea.bodies.first).to_be_in_viewport()
    above = box(bea.bodies.first)
    talk.say(sam.user, "One", "Two", "Three")
    expect(pill).to_have_text(re.compile(r"^\s*3 new messages\s*↓?\s*$"))
    assert box(bea.bodies.first) == above
    bea.write("An own one")
    expect(bea.bodies.last).to_have_text("An own one")
    expect(bea.bodies.last).to_be_in_viewport(ratio=1)
    expect(pill).to_be_hidden()


def test_ux_16_loading_history_keeps_what_is_read_in_place(bea: Person, talk: Talk):
    talk.say(bea.user, *numbered(1, 120))
    bea.page.goto(talk.path)
    expect(bea.messages).to_have_count(50)
    bea.page.evaluate(SCROLL_UP_AND_NOTE)
    expect(bea.messages).to_have_count(100)
    assert abs(bea.page.evaluate("anchor.getBoundingClientRect().top - noted")) <= NEAR_PX
    expect(bea.bodies).to_have_text(numbered(21, 120))


SCROLL_UP_AND_NOTE = """() => {
    const log = document.querySelector("[role=log]");
    log.scrollTop = 150;
    const below = log.getBoundingClientRect().top + 100;
    const messages = [...log.querySelectorAll("[data-seq]")];
    window.anchor = messages.find((each) => each.getBoundingClientRect().top > below);
    window.noted = window.anchor.getBoundingClientRect().top;
}"""


def test_ux_17_a_picture_has_its_place_before_it_comes(bea: Person, sam: Person, talk: Talk):
    talk.show(bea.user, jpeg((400, 200)), "Like this")
    sam.hold(ATTACHMENT)
    sam.page.goto(talk.path, wait_until="domcontentloaded")
    image = sam.messages.locator("img")
    expect(image).to_be_in_viewport()
    before = box(image)
    assert abs(before.width / before.height - 2) < 0.1
    assert image.evaluate("(image) => image.naturalWidth") == 0
    text = box(sam.bodies)

    sam.page.unroute(ATTACHMENT)  # lets go on what is held
    sam.page.wait_for_function("() => document.querySelector('[data-sender] img').naturalWidth")
    assert (box(image), box(sam.bodies)) == (before, text)


def test_ux_18_one_status_under_the_last_own_message(bea: Person, sam: Person, talk: Talk):
    talk.say(bea.user, "One")
    bea.page.goto(talk.path)
    bea.hold(SEND)
    for text in ("Two", "Three"):
        bea.write(text)
    expect(bea.messages.last).to_contain_text("Sending")
    bea.page.unroute(SEND)  # lets go on what is held

    expect(bea.messages.last).to_have_attribute("data-status", "sent")
    assert shown_statuses(bea.page) == ["Sent"]
    expect(bea.messages.last.locator("svg").first).to_be_visible()
    sam.page.goto(talk.path)
    expect(bea.messages.last).to_have_attribute("data-status", "read")
    assert shown_statuses(bea.page) == ["Read"]

    refusal = {"error": {"code": "invalid", "message": "Not today."}}
    bea.page.route(SEND, lambda route: route.fulfill(status=422, json=refusal))
    bea.write("Four")
    expect(bea.messages.last).to_have_attribute("data-status", "failed")
    expect(bea.messages.last.get_by_role("button", name="Retry")).to_be_visible()
    expect(bea.messages.last.get_by_text("Not sent")).to_be_visible()


def shown_statuses(page: Page) -> list[str]:
    """The words that say how far own messages are, where they can be seen."""
    own = page.locator("[role=log] [data-status]")
    words = own.get_by_text(re.compile("^(Sending|Sent|Read)$"))
    return [word.inner_text() for word in words.all() if word.is_visible()]


def test_ux_19_what_the_site_says_is_a_line_in_the_middle(
    bea: Person, sam: Person, stage: Stage, talk: Talk
):
    talk.say(bea.user, "Is it still available?")
    talk.say(sam.user, "Yes")
    bea.page.goto(talk.path)
    expect(bea.bodies).to_have_count(2)
    stage.put(sam.user, talk.listing, Status.RESERVED)

    line = bea.page.locator("[role=log] [data-kind=reserved]")
    expect(line).to_contain_text("reserved")
    log, words = box(bea.page.get_by_role("log")), box(line.locator(".system-line"))
    assert abs(words.middle - log.middle) < 10
    expect(line).not_to_have_attribute("data-status", re.compile(".*"))
    clear = "rgba(0, 0, 0, 0)"
    bubble = bea.bodies.last.locator("xpath=..")
    assert style(bubble, "backgroundColor") != clear
    assert style(line, "backgroundColor") == clear
    expect(bea.badge).to_be_hidden()  # nobody wrote

    stage.put(sam.user, talk.listing, Status.AVAILABLE)  # takes the place of the line before
    expect(bea.page.locator("[role=log] .system")).to_have_attribute("data-kind", "available")
    expect(bea.page.locator("[role=log] .system .system-line")).to_contain_text("available again")
    expect(bea.badge).to_be_hidden()
