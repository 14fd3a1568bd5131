"""Somebody in front of a browser, doing everything by the site's own forms."""

import itertools
import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Request, Route

from tests.cast import PASSWORD
from tests.letters import link_sent_to
from tests.servers import Server

_numbers = itertools.count(1)


class Visitor:
    """A person and their window. ``complaints`` is what a browser has to find fault with:
    errors in its console, and requests to anywhere else."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.complaints: list[str] = []
        self.context = context
        self.page = context.new_page()
        self.email = ""
        self._site = site
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._note_request)

    def join(self, name: str, server: Server) -> None:
        """Register and follow the letter, by the forms but without waiting for their pages to be
        drawn."""
        self.email = f"{name.lower()}{next(_numbers)}@example.com"
        self._submit("/register", name=name, email=self.email, password=PASSWORD)
        self._submit(link_sent_to(self.email, server))

    def sign_in(self) -> None:
        """Sign in on the page that asks for it, and go on to where that leads."""
        self.page.fill("main [name=email]", self.email)
        self.page.fill("main [name=password]", PASSWORD)
        self.page.click("main button[type=submit]")

    def sell(self, title: str) -> str:
        """Put something up for sale; the path of its page."""
        details = {"description": "Rides well.", "price": "120", "currency": "EUR"}
        return self._submit("/marketplace/new", title=title, **details)

    def contact(self, listing: str, text: str = "") -> str:
        """Contact the listing's seller; the path of the conversation."""
        self.page.goto(listing)
        form = self.page.locator('form[action$="/contact"]')
        form.locator("textarea").fill(text)
        form.get_by_role("button", name="Contact seller").click()
        self.page.wait_for_url(re.compile(r"/messages/\d+$"))
        return self.path

    def write(self, text: str) -> None:
        """Write into the composer and press its button."""
        self.composer.fill(text)
        self.page.click("#composer button[type=submit]")

    def send_many(self, conversation: str, texts: list[str]) -> None:
        """Send as the page's scripts do, without waiting for the page."""
        token = self.page.locator('meta[name="csrf-token"]').get_attribute("content")
        for text in texts:
            answer = self.context.request.post(
                f"/api/v1/conversations/{conversation.rpartition('/')[2]}/messages",
                data={"body": text},
                headers={"X-CSRFToken": token or ""},
            )
            assert answer.status == 201, answer.text()

    def hold(self, address: re.Pattern[str]) -> list[Route]:
        """Keep requests to an address from the server, until somebody lets them go on."""
        waiting: list[Route] = []

        def keep(route: Route) -> None:
            waiting.append(route)

        self.page.route(address, keep)
        return waiting

    @property
    def path(self) -> str:
        """Where they are."""
        return self.page.url.removeprefix(self._site)

    @property
    def composer(self) -> Locator:
        """Where they write."""
        return self.page.locator('#composer textarea[name="body"]')

    @property
    def messages(self) -> Locator:
        """All messages on the page, on their way or stored."""
        return self.page.locator('[role="log"] [data-sender]')

    @property
    def bodies(self) -> Locator:
        """Their texts."""
        return self.messages.locator(".body")

    @property
    def badge(self) -> Locator:
        """The number in the header."""
        return self.page.locator("[data-unread-messages]")

    @property
    def connection(self) -> Locator:
        """What the page says about its connection."""
        return self.page.locator("#connection-status")

    def row(self, conversation: str) -> Locator:
        """A conversation's row in the inbox."""
        return self.page.locator(f'[data-conversation="{conversation.rpartition("/")[2]}"]')

    def _submit(self, path: str, **fields: str) -> str:
        """Send a page's form; where that leads."""
        page = self.context.request.get(path).text()
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found, f"{path} carries no CSRF token"
        fields["csrf_token"] = found[1]
        answer = self.context.request.post(path, form=fields, max_redirects=0)
        assert answer.status == 303, f"{path} answered {answer.status}"
        return answer.headers["location"]

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self._site}/", "data:", "blob:")):
            self.complaints.append(request.url)
