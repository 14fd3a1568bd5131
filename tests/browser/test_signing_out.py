"""Who signs out wants it gone: from every tab, and from what Back brings."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.scene import jpeg
from tests.browser.stage import Person, Stage
from tests.cast import PASSWORD

Arrive = Callable[..., Person]
SECRET = "The key is under the mat."
SEND = re.compile(r"/api/v1/conversations/\d+/messages$")


def told(stage: Stage, bea: Person, sam: Person) -> str:
    """A conversation with something in it that is nobody else's business."""
    talk = stage.talk(bea.user, sam.user)
    talk.say(sam.user, SECRET)
    return talk.path


def sign_out(page: Page) -> None:
    """By the menu, on a page of its own."""
    page.goto("/marketplace")
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator(".alert")).to_have_text("You are signed out.")


def assert_gone(page: Page) -> None:
    """Nothing of the page is left, but where to sign in."""
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out.")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    expect(page).to_have_title("You are signed out. · Marketplace")
    assert SECRET not in page.content()
    assert page.evaluate("sessionStorage.length") == 0


def test_every_other_tab_lets_go_of_what_it_shows(
    stage: Stage, staged_bea: Person, staged_sam: Person
):
    """Mechanism: the "storage" event in ``static/js/lib/who-is-in.js``."""
    conversation = told(stage, staged_bea, staged_sam)
    tabs = []
    for path in (conversation, "/messages", "/profile", "/marketplace/mine", "/marketplace/new"):
        tabs.append(staged_bea.context.new_page())
        tabs[-1].goto(path)
    tabs[0].fill("#composer [name=body]", "A text that is not finished")
    tabs[-1].fill("[name=title]", "Something that is not sold yet")

    sign_out(staged_bea.page)

    for tab in tabs:
        assert_gone(tab)
    left = staged_bea.page.evaluate("Object.entries(localStorage)")
    assert left == [["marketplace-reader", "out"]]
    assert staged_bea.complaints == []


def test_what_was_on_its_way_is_not_sent_afterwards(
    stage: Stage, staged_bea: Person, staged_sam: Person
):
    """Not by the old tab, and not by whoever signs in next. Mechanism: ``Outbox.stop``."""
    talk = stage.talk(staged_bea.user, staged_sam.user)
    staged_bea.page.goto(talk.path)
    staged_bea.page.route(SEND, lambda route: route.abort())
    staged_bea.write("Sent by nobody")
    expect(staged_bea.messages).to_have_attribute("data-status", "failed")
    asked: list[str] = []
    other = staged_bea.context.new_page()
    sign_out(other)
    assert_gone(staged_bea.page)
    staged_bea.page.on("request", lambda request: asked.append(request.url))
    staged_bea.page.unroute(SEND)

    other.goto(f"/login?next={talk.path}")
    other.fill("main [name=email]", staged_sam.email)
    other.fill("main [name=password]", PASSWORD)
    other.click("main button[type=submit]")
    expect(other.locator("message-log")).to_be_visible()

    assert_gone(staged_bea.page)
    assert asked == []
    assert talk.stored() == []
    assert other.locator("[data-client-id]").count() == 0


def test_back_brings_nothing_after_the_sign_out(
    stage: Stage, staged_bea: Person, staged_sam: Person
):
    conversation = told(stage, staged_bea, staged_sam)
    page = staged_bea.page
    page.goto(conversation)
    expect(page.get_by_text(SECRET).last).to_be_visible()
    sign_out(page)
    for _step in range(3):
        page.go_back()
        assert SECRET not in page.content()


def test_back_brings_nothing_without_scripts(stage: Stage, arrive: Arrive, staged_sam: Person):
    """Chromium shows Back from its cache without asking. Mechanism: ``Clear-Site-Data``."""
    bea = arrive("Bea", java_script_enabled=False)
    conversation = told(stage, bea, staged_sam)
    bea.page.goto(conversation)
    expect(bea.page.get_by_text(SECRET).last).to_be_visible()
    sign_out(bea.page)
    for _step in range(2):
        bea.page.go_back()
    expect(bea.page).to_have_url(re.compile("/login"))
    assert SECRET not in bea.page.content()


def test_a_picture_is_not_kept_past_the_sign_out(
    stage: Stage, staged_bea: Person, staged_sam: Person
):
    """Neither at its address nor by Back. Mechanism: ``uploads.headers``."""
    talk = stage.talk(staged_bea.user, staged_sam.user)
    talk.show(staged_sam.user, jpeg())
    page = staged_bea.page
    page.goto(talk.path)
    address = page.locator(".attachments a").first.get_attribute("href")
    assert address
    seen = page.goto(address)
    assert seen
    assert seen.status == 200
    sign_out(page)
    refused = page.goto(address)
    assert refused
    assert refused.status == 401
    page.go_back()
    page.go_back()
    page.go_back()
    assert page.locator("img").count() == 0


def test_a_tab_follows_when_somebody_else_signs_in(
    stage: Stage, staged_bea: Person, staged_sam: Person
):
    """Her session only ended. What she was writing is hers, and is not shown to him."""
    conversation = told(stage, staged_bea, staged_sam)
    page = staged_bea.page
    page.goto(conversation)
    staged_bea.composer.fill("Bea is writing this")
    staged_bea.context.clear_cookies()
    expect(staged_bea.connection).to_have_attribute("data-state", "signed-out")
    expect(staged_bea.composer).to_have_value("Bea is writing this")

    other = staged_bea.context.new_page()
    other.goto("/login")
    other.fill("main [name=email]", staged_sam.email)
    other.fill("main [name=password]", PASSWORD)
    other.click("main button[type=submit]")
    expect(other.locator("details.account")).to_be_visible()

    expect(page.locator("unread-badge")).to_have_attribute("data-user", str(staged_sam.user.id))
    expect(staged_bea.composer).to_have_value("")
