"""What is written is never lost and never there twice."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import APIResponse, Route, expect

from tests.browser.visitor import Visitor

SEND = re.compile(r"/api/v1/conversations/\d+/messages$")


def test_an_own_message_is_there_before_the_server_has_it(bea: Visitor, sam: Visitor, bicycle: str):
    conversation = bea.contact(bicycle)
    waiting = bea.hold(SEND)

    bea.write("Is it still available?")

    expect(bea.messages).to_have_attribute("data-status", "sending")
    expect(bea.composer).to_have_value("")
    expect(bea.composer).to_be_focused()
    expect(bea.composer).to_be_enabled()
    assert bea.messages.get_attribute("data-client-id")
    assert bea.messages.get_attribute("data-seq") is None
    waiting.pop().continue_()
    expect(bea.messages).to_have_attribute("data-status", "sent")
    expect(bea.messages).to_have_attribute("data-seq", "1")
    assert bea.messages.get_attribute("data-client-id") is None
    sam.page.goto(conversation)
    expect(sam.bodies).to_have_text(["Is it still available?"])


def test_a_refused_message_keeps_its_text_and_retry_stores_it_once(
    bea: Visitor, sam: Visitor, bicycle: str
):
    conversation = bea.contact(bicycle)
    client_ids: list[str] = []
    bea.page.route(SEND, refuse(client_ids))

    bea.write("Is it still available?")

    failed = bea.messages
    expect(failed).to_have_attribute("data-status", "failed")
    expect(failed.locator(".body")).to_have_text("Is it still available?")
    expect(failed.get_by_role("alert")).to_have_text("Not today.")
    bea.page.reload()
    expect(failed).to_have_attribute("data-status", "failed")

    bea.page.unroute(SEND)
    bea.page.on("request", lambda request: note_client_id(request, client_ids))
    failed.get_by_role("button", name="Retry").click()
    expect(bea.messages).to_have_attribute("data-status", "sent")
    expect(bea.messages).to_have_count(1)
    sam.page.goto(conversation)
    expect(sam.bodies).to_have_text(["Is it still available?"])
    assert len(client_ids) == 2
    assert len(set(client_ids)) == 1


def test_a_message_whose_answer_is_lost_is_sent_again_and_shown_once(
    bea: Visitor, sam: Visitor, bicycle: str
):
    conversation = bea.contact(bicycle)
    statuses: list[int] = []

    def lose_the_first_answer(route: Route) -> None:
        answer = route.fetch()
        statuses.append(answer.status)
        if len(statuses) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    bea.page.route(SEND, lose_the_first_answer)
    bea.write("First")
    bea.write("Second")

    expect(bea.bodies).to_have_text(["First", "Second"])
    expect(bea.messages.last).to_have_attribute("data-status", "sent")
    expect(bea.page.locator("[data-client-id]")).to_have_count(0)
    sam.page.goto(conversation)
    expect(sam.bodies).to_have_text(["First", "Second"])
    assert statuses[0] == 201


def test_an_own_message_that_comes_by_the_poll_first_is_shown_once(bea: Visitor, bicycle: str):
    bea.contact(bicycle)
    answers: list[tuple[Route, APIResponse]] = []

    def keep_the_answer(route: Route) -> None:
        answers.append((route, route.fetch()))

    bea.page.route(SEND, keep_the_answer)
    bea.write("Is it still available?")

    expect(bea.page.locator("[data-seq]")).to_have_count(1)
    expect(bea.messages).to_have_count(1)
    expect(bea.messages).to_have_attribute("data-status", "sent")
    for route, answer in answers:
        route.fulfill(response=answer)
    bea.page.unroute(SEND)
    bea.write("Hello?")
    expect(bea.messages.last).to_have_attribute("data-status", "sent")
    expect(bea.bodies).to_have_text(["Is it still available?", "Hello?"])


def test_what_was_written_offline_is_sent_in_order_afterwards_even_by_a_new_page(
    bea: Visitor, sam: Visitor, bicycle: str
):
    conversation = bea.contact(bicycle)
    sam.page.goto(conversation)
    bea.page.route(SEND, lambda route: route.abort())
    for text in ("One", "Two", "Three"):
        bea.write(text)
    expect(bea.bodies).to_have_text(["One", "Two", "Three"])
    expect(sam.messages).to_have_count(0)

    bea.page.unroute(SEND)
    bea.page.reload()

    expect(sam.bodies).to_have_text(["One", "Two", "Three"])
    expect(bea.bodies).to_have_text(["One", "Two", "Three"])
    expect(bea.page.locator("[data-client-id]")).to_have_count(0)


def test_a_draft_survives_a_reload_and_not_a_sign_out(bea: Visitor, bicycle: str):
    conversation = bea.contact(bicycle)
    bea.composer.fill("Would you take")

    bea.page.reload()
    expect(bea.composer).to_have_value("Would you take")

    bea.page.locator("details.account summary").click()
    bea.page.get_by_role("button", name="Sign out").click()
    bea.page.wait_for_url("**/marketplace")
    assert bea.page.evaluate("Object.entries(localStorage)") == [["marketplace-reader", "out"]]
    bea.page.goto(conversation)
    bea.sign_in()
    expect(bea.composer).to_have_value("")


def test_a_session_that_ended_keeps_the_text_and_sends_it_after_the_sign_in(
    bea: Visitor, sam: Visitor, bicycle: str
):
    conversation = bea.contact(bicycle)
    bea.context.clear_cookies()
    expect(bea.connection).to_have_attribute("data-state", "signed-out")

    bea.write("Is it still available?")
    expect(bea.messages).not_to_have_attribute("data-status", "sent")
    bea.composer.fill("And one more thing")
    bea.connection.get_by_role("link", name="Sign in").click()
    bea.sign_in()

    bea.page.wait_for_url(f"**{conversation}")
    expect(bea.bodies).to_have_text(["Is it still available?"])
    expect(bea.messages).to_have_attribute("data-status", "sent")
    expect(bea.composer).to_have_value("And one more thing")
    sam.page.goto(conversation)
    expect(sam.bodies).to_have_text(["Is it still available?"])


def test_a_text_that_is_too_long_stays_in_the_field(bea: Visitor, bicycle: str):
    bea.contact(bicycle)

    bea.write("x" * 5001)

    expect(bea.page.locator("#composer-error")).to_contain_text("shorten it by 1")
    expect(bea.composer).to_have_value("x" * 5001)
    expect(bea.messages).to_have_count(0)


def test_enter_sends_and_shift_enter_is_a_new_line(bea: Visitor, bicycle: str):
    bea.contact(bicycle)
    bea.composer.press_sequentially("One")
    bea.composer.press("Shift+Enter")
    bea.composer.press_sequentially("Two")
    expect(bea.messages).to_have_count(0)

    bea.composer.press("Enter")

    expect(bea.bodies).to_have_text(["One\nTwo"])


def test_two_tabs_have_a_draft_each(bea: Visitor, bicycle: str):
    """Mechanism: ``sent`` of ``static/js/lib/drafts.js``."""
    conversation = bea.contact(bicycle)
    other = bea.context.new_page()
    other.goto(conversation)
    field = other.locator('#composer textarea[name="body"]')
    bea.composer.fill("One")
    field.fill("Two")

    bea.page.reload()
    expect(bea.composer).to_have_value("One")
    bea.page.click("#composer button[type=submit]")
    expect(bea.messages).to_have_attribute("data-status", "sent")

    expect(field).to_have_value("Two")
    other.reload()
    expect(field).to_have_value("Two")
    other.close()
    later = bea.context.new_page()
    later.goto(conversation)
    expect(later.locator('#composer textarea[name="body"]')).to_have_value("Two")


def test_a_draft_that_an_older_version_kept_is_found_and_can_be_deleted(bea: Visitor, bicycle: str):
    conversation = bea.contact(bicycle)
    key = bea.page.locator("message-composer").get_attribute("data-draft")
    bea.page.evaluate("(key) => localStorage.setItem(`marketplace:draft:${key}`, 'Old')", key)
    bea.page.goto(conversation)
    expect(bea.composer).to_have_value("Old")
    bea.composer.fill("")
    bea.page.reload()
    expect(bea.composer).to_have_value("")


def test_a_double_click_sends_once_and_complains_of_nothing(bea: Visitor, bicycle: str):
    bea.page.clock.install()
    bea.contact(bicycle)
    bea.composer.fill("Hello")
    bea.page.dblclick("#composer button[type=submit]")

    expect(bea.bodies).to_have_text(["Hello"])
    expect(bea.page.locator("#composer-error")).to_have_text("")
    bea.page.clock.run_for(1_100)
    bea.page.click("#composer button[type=submit]")
    expect(bea.page.locator("#composer-error")).to_have_text("Please write something.")
    expect(bea.messages).to_have_count(1)


def test_a_key_that_is_held_sends_once(bea: Visitor, bicycle: str):
    bea.contact(bicycle)
    bea.composer.fill("Hello")
    for _repeat in range(3):
        bea.page.keyboard.down("Enter")
        bea.page.keyboard.type("x")  # a word begun while the key is still down
    bea.page.keyboard.up("Enter")

    expect(bea.bodies).to_have_text(["Hello"])
    expect(bea.composer).to_have_value("xxx")
    expect(bea.page.locator("#composer-error")).to_have_text("")


def test_a_browser_that_keeps_nothing_sends(bea: Visitor, sam: Visitor, bicycle: str):
    conversation = bea.contact(bicycle)
    bea.page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        "  Object.defineProperty(window, name, {get: () => { throw new DOMException('No') }})"
    )
    bea.page.reload()
    bea.write("Hello")
    expect(bea.messages).to_have_attribute("data-status", "sent")
    sam.page.goto(conversation)
    expect(sam.bodies).to_have_text(["Hello"])
    assert bea.complaints == []


def test_a_form_that_is_pressed_twice_is_sent_once(bea: Visitor):
    """Mechanism: ``static/js/lib/once.js``."""
    bea.page.goto("/marketplace/new")
    for name, text in {"title": "Lamp", "description": "Bright.", "price": "5"}.items():
        bea.page.fill(f"main [name={name}]", text)
    bea.page.dblclick("main button[type=submit]")
    expect(bea.page.get_by_role("heading", name="Lamp")).to_be_visible()
    bea.page.goto("/marketplace/mine")
    expect(bea.page.get_by_role("main").get_by_text("Lamp", exact=True)).to_have_count(1)


def refuse(client_ids: list[str]) -> Callable[[Route], None]:
    """Answer in the server's place that the message cannot be taken."""

    def answer(route: Route) -> None:
        client_ids.append(route.request.post_data_json["client_id"])
        route.fulfill(status=422, json={"error": {"code": "invalid", "message": "Not today."}})

    return answer


def note_client_id(request: Any, client_ids: list[str]) -> None:
    """Remember under which id a message goes out."""
    if SEND.search(request.url):
        client_ids.append(request.post_data_json["client_id"])
