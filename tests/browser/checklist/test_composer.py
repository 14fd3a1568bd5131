"""Points 20 to 25 of the checklist: what is written, and that it is never lost."""

import base64
import re
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, Request, Route, expect

from tests.browser.checklist.conftest import Open
from tests.browser.measure import box
from tests.browser.stage import Person, Stage, Talk
from tests.catalogue.uploads import jpeg

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")

SEND = re.compile(r"/api/v1/conversations/\d+/messages$")
UPLOAD = re.compile(r"/api/v1/attachments$")
HINT = "Pay only after you have seen it"
PHOTO: FilePayload = {"name": "bicycle.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}


def test_ux_20_grows_with_its_text_up_to_a_cap(bea: Person, talk: Talk):
    bea.page.goto(talk.path)
    one_line = box(bea.composer).height
    bea.composer.fill("One\nTwo\nThree\nFour")
    four_lines = box(bea.composer).height
    assert four_lines > one_line * 1.5
    bea.composer.fill("A line\n" * 100)
    window = bea.page.viewport_size
    assert window
    assert four_lines < box(bea.composer).height <= window["height"] / 2
    assert bea.composer.evaluate("(field) => field.scrollHeight > field.clientHeight")
    bea.composer.fill("")
    assert box(bea.composer).height == one_line


def test_ux_20_enter_sends_unless_one_wants_it_otherwise(bea: Person, stage: Stage, talk: Talk):
    bea.page.goto(talk.path)
    bea.composer.press_sequentially("One")
    assert not bea.composer.evaluate(PRESS_ENTER_WHILE_COMPOSING), "an input method's Enter"
    bea.composer.press("Shift+Enter")
    bea.composer.press_sequentially("Two")
    expect(bea.messages).to_have_count(0)
    bea.composer.press("Enter")
    expect(bea.bodies).to_have_text(["One\nTwo"])

    stage.change(bea.user, enter_sends=False)
    bea.page.reload()
    bea.composer.press_sequentially("Three")
    bea.composer.press("Enter")
    bea.composer.press_sequentially("Four")
    expect(bea.composer).to_have_value("Three\nFour")
    bea.composer.press("Shift+Enter")
    expect(bea.bodies).to_have_text(["One\nTwo", "Three\nFour"])


PRESS_ENTER_WHILE_COMPOSING = """(field) => {
    const options = {key: "Enter", isComposing: true, bubbles: true, cancelable: true};
    return !field.dispatchEvent(new KeyboardEvent("keydown", options));
}"""


def test_ux_20_on_touch_enter_is_a_new_line(open_window: Open, sam: Person, stage: Stage):
    tara = open_window("Tara", has_touch=True, is_mobile=True)
    tara.page.goto(stage.talk(tara.user, sam.user).path)
    tara.composer.press_sequentially("One")
    tara.composer.press("Enter")
    tara.composer.press_sequentially("Two")
    expect(tara.composer).to_have_value("One\nTwo")
    expect(tara.messages).to_have_count(0)
    tara.page.get_by_role("button", name="Send", exact=True).tap()
    expect(tara.bodies).to_have_text(["One\nTwo"])


def test_ux_21_the_bubble_is_there_within_a_frame_and_the_field_stays(bea: Person, talk: Talk):
    bea.page.goto(talk.path)
    waiting = bea.hold(SEND)
    bea.composer.fill("Is it still available?")
    assert bea.page.evaluate(SEND_AND_COUNT_AFTER_A_FRAME) == 1

    expect(bea.messages).to_have_attribute("data-status", "sending")
    expect(bea.composer).to_be_focused()
    expect(bea.composer).to_have_value("")
    refusal = {"error": {"code": "invalid", "message": "Not today."}}
    waiting.pop().fulfill(status=422, json=refusal)
    expect(bea.messages).to_have_attribute("data-status", "failed")
    expect(bea.bodies).to_have_text(["Is it still available?"])
    expect(bea.messages).to_contain_text("Not today.")
    bea.page.unroute(SEND)
    bea.messages.get_by_role("button", name="Retry").click()
    expect(bea.messages).to_have_attribute("data-status", "sent")
    assert bea.page.evaluate("timesDisabled") == 0
    assert [body for _, body in talk.stored()] == ["Is it still available?"]


SEND_AND_COUNT_AFTER_A_FRAME = """() => {
    const form = document.querySelector("#composer");
    window.timesDisabled = 0;
    new MutationObserver((changes) => { window.timesDisabled += changes.length })
        .observe(form, {subtree: true, attributeFilter: ["disabled", "readonly"]});
    form.requestSubmit();
    const messages = () => document.querySelectorAll("[role=log] [data-client-id]").length;
    return new Promise((resolve) => requestAnimationFrame(() => resolve(messages())));
}"""


def test_ux_22_each_conversation_keeps_its_draft_until_it_is_stored(
    bea: Person, sam: Person, stage: Stage, talk: Talk
):
    lamp = stage.talk(bea.user, sam.user, "Lamp")
    for conversation, draft in ((talk, "Would you take"), (lamp, "Does it")):
        bea.page.goto(conversation.path)
        expect(bea.composer).to_have_value("")
        bea.composer.fill(draft)
    bea.page.goto(talk.path)
    expect(bea.composer).to_have_value("Would you take")

    bea.page.route(SEND, lambda route: route.abort())
    bea.write("Would you take 100?")
    bea.page.reload()
    expect(bea.bodies).to_have_text(["Would you take 100?"])  # not acknowledged: not forgotten
    assert talk.stored() == []
    bea.page.unroute(SEND)
    expect(bea.messages).to_have_attribute("data-status", "sent")
    bea.page.reload()
    expect(bea.messages).to_have_attribute("data-status", "sent")
    expect(bea.composer).to_have_value("")

    bea.page.locator("details.account summary").click()
    bea.page.get_by_role("button", name="Sign out").click()
    bea.page.wait_for_url("**/marketplace")
    kept = bea.page.evaluate("Object.entries({...localStorage, ...sessionStorage}).join()")
    assert "Does it" not in kept


def test_ux_23_unsent_messages_survive_and_go_out_in_order_under_their_ids(
    bea: Person, sam: Person, talk: Talk
):
    tried: list[str] = []

    def lose(route: Route) -> None:
        tried.append(route.request.post_data_json["client_id"])
        if len(tried) == 1:
            route.fetch()  # stored, but nobody hears of it
        route.abort()

    bea.page.goto(talk.path)
    bea.page.route(SEND, lose)
    bea.write("One")
    expect(bea.messages).to_have_attribute("data-status", "sent")  # told by the poll
    bea.context.set_offline(True)
    for text in ("Two", "Three"):
        bea.write(text)
    expect(bea.bodies).to_have_text(["One", "Two", "Three"])
    bea.context.set_offline(False)
    bea.page.reload()
    expect(bea.bodies).to_have_text(["One", "Two", "Three"])
    ids = unsent(bea.page)
    assert len(ids) == 2

    bea.page.unroute(SEND)
    bea.page.on("request", lambda request: note(request, tried))
    bea.page.reload()
    expect(bea.page.locator("[data-client-id]")).to_have_count(0)
    expect(bea.bodies).to_have_text(["One", "Two", "Three"])
    stored = talk.stored()
    assert [body for _, body in stored] == ["One", "Two", "Three"]
    assert [client_id for client_id, _ in stored] == [tried[0], *ids]
    sam.page.goto(talk.path)
    expect(sam.bodies).to_have_text(["One", "Two", "Three"])


def unsent(page: Page) -> list[str]:
    """The client ids of what waits, as the page shows it."""
    waiting = page.locator("[role=log] [data-client-id]")
    return [item.get_attribute("data-client-id") or "" for item in waiting.all()]


def note(request: Request, client_ids: list[str]) -> None:
    """Remember under which id a message goes out."""
    if SEND.search(request.url):
        client_ids.append(request.post_data_json["client_id"])


def test_ux_24_a_picture_is_seen_followed_and_taken_back_before_it_is_sent(
    bea: Person, sam: Person, talk: Talk
):
    bea.page.goto(talk.path)
    bea.hold(UPLOAD)
    form = bea.page.locator("#composer")
    previews = form.locator("img:visible")
    for number, put_in in enumerate((choose, paste, drop), 1):
        put_in(bea.page)
        expect(previews).to_have_count(number)
        assert previews.last.evaluate("(image) => image.decode().then(() => image.naturalWidth)")
    expect(form.get_by_role("progressbar")).to_have_count(3)
    form.get_by_role("button", name="Remove").nth(1).click()
    expect(previews).to_have_count(2)
    expect(form.get_by_role("progressbar")).to_have_count(2)

    bea.page.unroute(UPLOAD)  # lets go on what is held
    expect(form.get_by_role("progressbar")).to_have_count(0)
    bea.page.get_by_role("button", name="Send", exact=True).click()
    expect(bea.messages).to_have_attribute("data-status", "sent")
    expect(previews).to_have_count(0)
    sam.page.goto(talk.path)
    expect(sam.messages.locator("img")).to_have_count(2)


def test_a_picture_that_is_asked_to_come_back_does_so_by_itself(bea: Person, talk: Talk):
    """Mechanism: ``#uploaded`` in picture.js."""
    bea.page.goto(talk.path)
    refused: list[int] = []

    def come_back_once(route: Route) -> None:
        if refused:
            route.continue_()
            return
        refused.append(503)
        error = {"code": "busy", "message": "Many photos come in at this moment."}
        route.fulfill(status=503, headers={"Retry-After": "0"}, json={"error": error})

    bea.page.route(UPLOAD, come_back_once)
    choose(bea.page)
    form = bea.page.locator("#composer")
    expect(form.get_by_role("progressbar")).to_have_count(0)
    expect(form.get_by_role("button", name="Try again")).to_have_count(0)
    bea.page.get_by_role("button", name="Send", exact=True).click()
    expect(bea.messages.locator("img")).to_have_count(1)
    assert refused == [503]


def choose(page: Page) -> None:
    """Pick a file."""
    page.locator("#composer input[type=file]").set_input_files([PHOTO])


def paste(page: Page) -> None:
    """Paste one into the text."""
    page.locator("#composer textarea").evaluate(HAND_OVER, ["paste"])


def drop(page: Page) -> None:
    """Let one fall on the conversation."""
    page.get_by_role("log").evaluate(HAND_OVER, ["dragenter", "dragover", "drop"])


HAND_OVER = """(element, kinds) => {
    const transfer = new DataTransfer();
    const bytes = Uint8Array.from(atob("PICTURE"), (each) => each.charCodeAt(0));
    transfer.items.add(new File([bytes], "photo.jpg", {type: "image/jpeg"}));
    for (const kind of kinds) {
        const Kind = kind === "paste" ? ClipboardEvent : DragEvent;
        const options = {bubbles: true, cancelable: true};
        options[kind === "paste" ? "clipboardData" : "dataTransfer"] = transfer;
        element.dispatchEvent(new Kind(kind, options));
    }
}""".replace("PICTURE", base64.b64encode(jpeg()).decode())


def test_ux_24_near_the_limit_characters_are_counted(bea: Person, talk: Talk):
    bea.page.goto(talk.path)
    counter = bea.page.locator("#composer").get_by_text(re.compile(r"\d+ characters?"))
    bea.composer.fill("x" * 1000)
    expect(counter).to_be_hidden()
    bea.composer.fill("x" * 4990)
    expect(counter).to_have_text(re.compile("^10 characters left"))
    bea.composer.fill("🚲" * 4999)  # a character is what a person would call one
    expect(counter).to_have_text(re.compile("^1 character"))
    bea.composer.fill("x" * 5003)
    expect(counter).to_have_text(re.compile("^3 characters too many"))
    bea.page.get_by_role("button", name="Send", exact=True).click()
    expect(bea.composer).to_have_value("x" * 5003)
    expect(bea.messages).to_have_count(0)


def test_ux_25_first_contact_has_suggestions_to_change_and_a_hint(
    bea: Person, sam: Person, stage: Stage, talk: Talk
):
    lamp = stage.listing(sam.user, "Lamp")
    bea.page.goto(f"/marketplace/{lamp}")
    form: Any = bea.page.locator('form[action$="/contact"]')
    field = form.locator("textarea")
    for where, text in ((form, field), (bea.page.locator("message-composer"), bea.composer)):
        expect(where.get_by_text(HINT)).to_be_visible()
        where.get_by_role("button", name="Is it still available?").click()
        expect(text).to_have_value("Is it still available?")
        expect(text).to_be_focused()
        text.press_sequentially(" Thank you.")
        if where is form:
            form.get_by_role("button", name="Contact seller").click()
            expect(bea.bodies).to_have_text(["Is it still available? Thank you."])
            expect(bea.page.get_by_text(HINT)).to_be_hidden()
            bea.page.goto(talk.path)  # begun, and nothing said yet
    bea.composer.press("Enter")
    expect(bea.bodies).to_have_text(["Is it still available? Thank you."])
    expect(bea.page.get_by_text(HINT)).to_be_hidden()
