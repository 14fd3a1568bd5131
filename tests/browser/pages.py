"""Every page there is, in the states that look different: for all tests of how pages look."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.browser.scene import Scene
from tests.browser.stage import Person
from tests.browser.visitor import Visitor
from tests.catalogue.uploads import jpeg

Then = Callable[[Visitor, Scene], None]


def open_account(visitor: Visitor, _scene: Scene) -> None:
    """The menu behind one's own picture."""
    visitor.page.locator("details.account summary").click()


def open_menu(visitor: Visitor, scene: Scene) -> None:
    """The first menu on the page: of a row, or of the conversation."""
    menu = visitor.page.locator("details.menu:visible").first
    menu.hover()
    menu.locator("summary").click()


def open_conversation_menu(visitor: Visitor, _scene: Scene) -> None:
    """What one can do with the conversation beside writing."""
    visitor.page.locator("live-conversation details.menu summary").click()


def send_nothing(visitor: Visitor, _scene: Scene) -> None:
    """The form comes back with its errors."""
    form = visitor.page.locator("main form[method=post]").first
    form.evaluate(
        "(form) => form.querySelectorAll('[type=text], [type=email]').forEach(clear)".replace(
            "clear", "(each) => { each.value = '' }"
        )
    )
    with visitor.page.expect_navigation():
        form.evaluate("(form) => form.submit()")


TYPED = """(form) => {
    const typed = form.querySelectorAll('[name=title], [name=name], textarea')
    typed.forEach((each) => { each.value += ', as new' })
}"""


def send_old(visitor: Visitor, _scene: Scene) -> None:
    """What was typed comes back from a page that was out of date."""
    _send(visitor, "csrf_token")


def send_outdated(visitor: Visitor, _scene: Scene) -> None:
    """The form comes back, with what was changed meanwhile beside its fields."""
    _send(visitor, "seen", "version")


def send_signed_out(visitor: Visitor, _scene: Scene) -> None:
    """What was typed, with the sign-in. The cookie is put back, for the pages after this one."""
    assert isinstance(visitor, Person)
    visitor.context.clear_cookies(name=visitor.cookie["name"])
    _send(visitor)
    visitor.context.add_cookies([visitor.cookie])  # type: ignore[list-item]


def contact_nobody(visitor: Visitor, scene: Scene) -> None:
    """The listing that one writes about is gone."""
    form = visitor.page.locator('main form[action$="/contact"]')
    form.evaluate("(form) => { form.action = '/marketplace/987654/contact' }")
    _send(visitor)


def _send(visitor: Visitor, *blank: str) -> None:
    """Type something and send the page's form, with these hidden fields of another state."""
    form = visitor.page.locator("main form[method=post]").first
    form.evaluate(TYPED)
    for name in blank:
        form.locator(f"[name={name}]").evaluate("(field) => { field.value = '0' }")
    with visitor.page.expect_navigation():
        form.evaluate("(form) => form.submit()")


def fail_to_send(visitor: Visitor, _scene: Scene) -> None:
    """A message that was refused, a picture that waits, and a text near the limit."""
    refusal = {"error": {"code": "invalid", "message": "Not today."}}
    address = "**/api/v1/conversations/*/messages"
    visitor.page.route(address, lambda route: route.fulfill(status=422, json=refusal))
    visitor.write("Is it still available?")
    expect(visitor.messages.last).to_have_attribute("data-status", "failed")
    picture = {"name": "chain.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    visitor.page.set_input_files("#composer [type=file]", [picture])  # type: ignore[list-item]
    expect(visitor.page.get_by_role("progressbar")).to_have_count(0)
    visitor.composer.fill("x" * 4990)
    visitor.page.unroute(address)


def begin_to_send(visitor: Visitor, _scene: Scene) -> None:
    """A message on its way, whose answer never comes."""
    visitor.hold(re.compile(r"/api/v1/conversations/\d+/messages$"))
    visitor.write("Is it still available?")
    expect(visitor.messages.last).to_have_attribute("data-status", "sending")
    visitor.page.unroute_all()


def be_offline(visitor: Visitor, _scene: Scene) -> None:
    """The strip that says so, and a text that nobody can send."""
    page = visitor.page
    page.route("**/messages/*/poll?*", lambda route: route.abort())
    expect(visitor.connection).not_to_have_attribute("data-state", "online", timeout=15_000)
    page.unroute_all()


def say_nothing(visitor: Visitor, _scene: Scene) -> None:
    """The composer complains."""
    visitor.page.click("#composer button[type=submit]")
    expect(visitor.page.locator("#composer-error")).not_to_have_text("")


def see_writing(visitor: Visitor, _scene: Scene) -> None:
    """The other is writing."""
    visitor.page.locator("typing-line").evaluate("(line) => line.show(['Sam'])")


def sign_out_elsewhere(visitor: Visitor, _scene: Scene) -> None:
    """Another tab said that it signs out; it is taken back, for the pages after this one."""
    other = visitor.context.new_page()
    other.goto("/marketplace")
    other.evaluate("localStorage.setItem('marketplace-reader', 'out')")
    expect(visitor.page.locator("live-conversation")).to_have_count(0)
    other.evaluate("localStorage.removeItem('marketplace-reader')")
    other.close()


def lose_the_session(visitor: Visitor, _scene: Scene) -> None:
    """The sign-in dialog. The cookie is put back, for the pages after this one."""
    assert isinstance(visitor, Person)
    visitor.context.clear_cookies(name=visitor.cookie["name"])
    visitor.connection.get_by_role("link").click()
    expect(visitor.page.get_by_role("dialog").locator("[name=password]")).to_be_visible()
    visitor.context.add_cookies([visitor.cookie])  # type: ignore[list-item]


def be_out_of_order(visitor: Visitor, scene: Scene) -> None:
    """What is shown when the server cannot."""
    language = visitor.page.locator("html").get_attribute("lang")
    page = scene.places[f"out_of_order_{language}"]
    visitor.page.route(
        "**/out-of-order", lambda route: route.fulfill(body=page, content_type="text/html")
    )
    visitor.page.goto("/out-of-order")


def have_registered(visitor: Visitor, scene: Scene) -> None:
    """The page again in the browser that asked for the account; which it then is no longer."""
    visitor.context.add_cookies([{**scene.places["registered"], "url": visitor.page.url}])
    visitor.page.reload()
    visitor.context.clear_cookies(name="session")


@dataclass(frozen=True)
class Page:
    """``who`` is a person of the scene, or nobody. ``then`` is done once it is loaded."""

    name: str
    who: str
    rule: str
    path: str = ""
    then: Then | None = None

    def show(self, visitor: Visitor, scene: Scene) -> None:
        """Go there."""
        path = self.path or self.rule
        visitor.page.goto(path.format(**scene.places))
        if self.then:
            self.then(visitor, scene)


LISTING = "/marketplace/<listing_id>"
CONVERSATION = "/messages/<conversation_id>"

PAGES = [
    Page("start", "nobody", "/"),
    Page("browse", "nobody", "/marketplace"),
    Page("browse-nothing-found", "nobody", "/marketplace", "/marketplace?q=zeppelin"),
    Page("not-found", "nobody", "/marketplace", "/nothing-here"),
    Page("out-of-order", "nobody", "/marketplace", then=be_out_of_order),
    Page("listing-signed-out", "nobody", LISTING, "/marketplace/{listing}"),
    Page("login", "nobody", "/login"),
    Page("login-errors", "nobody", "/login", then=send_nothing),
    Page("login-out-of-date", "nobody", "/login", then=send_old),
    Page("register", "nobody", "/register"),
    Page("register-errors", "nobody", "/register", then=send_nothing),
    Page("registered", "nobody", "/register/sent"),
    Page("verify", "nobody", "/verify/<token>", "/verify/{registration}", have_registered),
    Page("verify-elsewhere", "nobody", "/verify/<token>", "/verify/{registration}"),
    Page("verify-errors", "nobody", "/verify/<token>", "/verify/{registration}", send_nothing),
    Page("verify-used", "nobody", "/verify/<token>", "/verify/used"),
    Page("reset", "nobody", "/reset"),
    Page("choose-password", "nobody", "/reset/<token>", "/reset/{token}"),
    Page("account-menu", "bea", "/marketplace", then=open_account),
    Page("listing-to-buy", "bea", LISTING, "/marketplace/{listing}"),
    Page("listing-sold", "bea", LISTING, "/marketplace/{sold_listing}"),
    Page("contact", "bea", f"{LISTING}/contact", "/marketplace/{listing}/contact"),
    Page("contact-gone", "bea", f"{LISTING}/contact", "/marketplace/{listing}/contact",
         contact_nobody),
    Page("profile", "bea", "/profile"),
    Page("profile-outdated", "bea", "/profile", then=send_outdated),
    Page("profile-errors", "bea", "/profile", then=send_nothing),
    Page("password", "bea", "/profile/password"),
    Page("inbox", "bea", "/messages"),
    Page("inbox-menu", "bea", "/messages", then=open_menu),
    Page("inbox-archived", "bea", "/messages", "/messages?folder=archived"),
    Page("inbox-nothing-found", "bea", "/messages", "/messages?q=zeppelin"),
    Page("inbox-empty", "nina", "/messages"),
    Page("conversation", "bea", CONVERSATION, "/messages/{conversation}"),
    Page("conversation-menu", "bea", CONVERSATION, "/messages/{conversation}",
         open_conversation_menu),
    Page("conversation-first", "bea", CONVERSATION, "/messages/{empty}"),
    Page("conversation-failed", "bea", CONVERSATION, "/messages/{empty}", fail_to_send),
    Page("conversation-sending", "bea", CONVERSATION, "/messages/{empty}", begin_to_send),
    Page("conversation-offline", "bea", CONVERSATION, "/messages/{conversation}", be_offline),
    Page("conversation-blank", "bea", CONVERSATION, "/messages/{conversation}", say_nothing),
    Page("conversation-typing", "bea", CONVERSATION, "/messages/{conversation}", see_writing),
    Page("conversation-gone", "bea", CONVERSATION, "/messages/{conversation}",
         sign_out_elsewhere),
    Page("conversation-long", "bea", CONVERSATION, "/messages/{long}"),
    Page("conversation-sold", "bea", CONVERSATION, "/messages/{sold}"),
    Page("conversation-signed-out", "bea", CONVERSATION, "/messages/{conversation}",
         lose_the_session),
    Page("group", "bea", CONVERSATION, "/messages/{group}"),
    Page("group-menu", "bea", CONVERSATION, "/messages/{group}", open_conversation_menu),
    Page("group-long", "bea", CONVERSATION, "/messages/{long_group}"),
    Page("group-blocked", "bea", CONVERSATION, "/messages/{blocked_group}"),
    Page("group-new", "bea", "/messages/new"),
    Page("group-new-nobody", "nina", "/messages/new"),
    Page("group-new-errors", "bea", "/messages/new", then=send_nothing),
    Page("members-admin", "bea", f"{CONVERSATION}/members", "/messages/{group}/members"),
    Page("members", "sam", f"{CONVERSATION}/members", "/messages/{group}/members"),
    Page("members-long", "bea", f"{CONVERSATION}/members", "/messages/{long_group}/members"),
    Page("readers", "bea", f"{CONVERSATION}/readers/<seq>", "/messages/{group}/readers/{own}"),
    Page("moderation", "mo", "/moderation"),
    Page("moderation-report", "mo", "/moderation/<report_id>", "/moderation/{report}"),
    Page("moderation-nothing-chosen", "mo", "/moderation/<report_id>", "/moderation/{report}",
         send_nothing),
    Page("moderation-log", "mo", "/moderation/log"),
    Page("inbox-notice", "sam", "/messages"),
    Page("report", "bea", f"{CONVERSATION}/report", "/messages/{conversation}/report"),
    Page("report-errors", "bea", f"{CONVERSATION}/report", "/messages/{conversation}/report",
         send_nothing),
    Page("listing-own", "sam", LISTING, "/marketplace/{listing}"),
    Page("my-listings", "sam", "/marketplace/mine"),
    Page("my-listings-empty", "nina", "/marketplace/mine"),
    Page("sell", "sam", "/marketplace/new"),
    Page("sell-errors", "sam", "/marketplace/new", then=send_nothing),
    Page("edit", "sam", f"{LISTING}/edit", "/marketplace/{listing}/edit"),
    Page("edit-out-of-date", "sam", f"{LISTING}/edit", "/marketplace/{listing}/edit", send_old),
    Page("edit-outdated", "sam", f"{LISTING}/edit", "/marketplace/{listing}/edit",
         send_outdated),
    Page("edit-signed-out", "sam", f"{LISTING}/edit", "/marketplace/{listing}/edit",
         send_signed_out),
    Page("conversation-seller", "sam", CONVERSATION, "/messages/{conversation}"),
]  # fmt: skip

NO_PAGES = {
    "/api/v1/attachments/<attachment_id>",
    "/api/v1/conversations/<conversation_id>/participants",
    "/api/v1/moderation/reports",
    "/api/v1/openapi.json",
    "/api/v1/unread",
    "/api/v1/users",
    "/api/v1/users/available",
    "/bootstrap/static/<version>/<filename>",
    "/healthz",
    "/messages/<conversation_id>/history",
    "/messages/<conversation_id>/poll",
    "/metrics",
    "/photos/<name>",
    "/readyz",
    "/static/<version>/<filename>",
}
