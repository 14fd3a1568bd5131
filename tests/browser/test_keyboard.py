"""A buyer and a seller without a mouse: from the listing to a message that is sent and read."""

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import tab_to
from tests.browser.stage import Person, Stage

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")


def test_from_the_listing_to_a_sent_and_read_message_by_keyboard_alone(
    staged_bea: Person, staged_sam: Person, stage: Stage
):
    bea, sam = staged_bea, staged_sam
    bicycle = stage.listing(sam.user, "Red bicycle")
    bea.page.goto(f"/marketplace/{bicycle}")
    form = bea.page.locator('form[action$="/contact"]')
    tab_to(bea.page, form.locator("textarea"))
    bea.page.keyboard.type("Is it still available?")
    tab_to(bea.page, form.get_by_role("button", name="Contact seller"))
    bea.page.keyboard.press("Enter")
    bea.page.wait_for_url("**/messages/*")
    tab_to(bea.page, bea.composer)
    bea.page.keyboard.type("Hello?")
    bea.page.keyboard.press("Enter")
    expect(bea.bodies).to_have_text(["Is it still available?", "Hello?"])
    expect(bea.messages.last).to_have_attribute("data-status", "sent")
    expect(bea.composer).to_be_focused()

    sam.page.goto("/marketplace")
    tab_to(sam.page, sam.page.get_by_role("banner").get_by_role("link", name="Messages"))
    sam.page.keyboard.press("Enter")
    sam.page.wait_for_url("**/messages")
    tab_to(sam.page, sam.row(bea.path).get_by_role("link").first)
    sam.page.keyboard.press("Enter")
    sam.page.wait_for_url(f"**{bea.path}")
    expect(sam.bodies).to_have_text(["Is it still available?", "Hello?"])
    expect(bea.messages.last).to_have_attribute("data-status", "read")
    tab_to(sam.page, sam.page.get_by_role("log"))
    tab_to(sam.page, sam.composer)
    sam.page.keyboard.type("Yes, it is.")
    sam.page.keyboard.press("Enter")
    expect(bea.bodies.last).to_have_text("Yes, it is.")


def test_a_menu_opens_closes_and_gives_the_focus_back(
    staged_bea: Person, staged_sam: Person, stage: Stage
):
    talk = stage.talk(staged_bea.user, staged_sam.user)
    talk.say(staged_sam.user, "Still interested?")
    page = staged_bea.page
    page.goto("/messages")
    row = staged_bea.row(talk.path)
    tab_to(page, row.locator("summary"))
    page.keyboard.press("Enter")
    expect(row.get_by_role("button", name="Mute")).to_be_visible()
    page.keyboard.press("Escape")
    expect(row.get_by_role("button", name="Mute")).to_be_hidden()
    expect(row.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, row.get_by_role("button", name="Mute"))
    page.keyboard.press("Enter")
    expect(row).to_have_attribute("data-muted", "")
