"""A conversation page as its scripts keep it: loaded once, then kept up by polls alone."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Self

from flask.testing import FlaskClient

MESSAGE = re.compile(r"<li class=\"message.*?</li>", re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """A message as it is seen. ``is_read`` is None for what shows no receipt: another's messages,
    and lines that nobody wrote."""

    sender: int
    body: str
    is_read: bool | None


@dataclass
class Page:
    """What somebody looks at. The first poll may bring again what the page has: same place."""

    conversation: int
    reader: int
    cursor: int
    tag: str | None = None
    messages: dict[int, Shown] = field(default_factory=dict)
    unread: int = 0

    @classmethod
    def load(cls, browser: FlaskClient, conversation: int) -> Self:
        """The page as the server renders it."""
        return cls.read(
            browser.get(f"/messages/{conversation}").get_data(as_text=True), conversation
        )

    @classmethod
    def read(cls, html: str, conversation: int) -> Self:
        """The page from its HTML."""
        reader, cursor = (
            int(_found(rf'data-{name}="(\d+)"', html)) for name in ("reader", "cursor")
        )
        page = cls(conversation, reader, cursor)
        for item in MESSAGE.findall(html):
            if 'data-seq="' in item:
                page.messages[int(_found(r'data-seq="(\d+)"', item))] = _shown(item)
        page.unread = int(_found(r'data-unread-messages="(\d+)"', html))
        return page

    @property
    def seen(self) -> tuple[dict[int, Shown], int, int]:
        """What two pages that show the same have in common."""
        return self.messages, self.unread, self.cursor

    def apply(self, news: dict[str, Any]) -> None:
        """What the scripts do with a poll's answer."""
        assert not news["reset"]
        for message in news["messages"]:
            self.messages[message["seq"]] = _shown(message["html"])
        others = [each for each in news["participants"] if each["id"] != self.reader]
        receipt = min((each["read_seq"] for each in others), default=0)
        # Of two a receipt stays; in a group one goes back with who gave it.
        goes_back = news["participants"][0]["role"] in ("admin", "member")
        for seq, shown in self.messages.items():
            if shown.is_read is not None and (goes_back or seq <= receipt):
                self.messages[seq] = Shown(shown.sender, shown.body, is_read=seq <= receipt)
        self.cursor = news["cursor"]
        self.unread = news["unread"]["messages"]


def follow(browser: FlaskClient, page: Page) -> None:
    """Poll until there is nothing new."""
    while poll(browser, page):
        pass


def poll(browser: FlaskClient, page: Page) -> bool:
    """Ask once; whether there was anything new."""
    headers = {"If-None-Match": page.tag} if page.tag else {}
    answer = browser.get(f"/messages/{page.conversation}/poll?after={page.cursor}", headers=headers)
    if answer.status_code == 304:
        return False
    assert answer.status_code == 200, answer.get_data(as_text=True)
    page.tag = answer.headers["ETag"]
    page.apply(answer.get_json())
    return True


def _shown(item: str) -> Shown:
    body = _found(r'(?:<div class="body"[^>]*|<span)>(.*?)</(?:div|span)>', item)
    sender = int(_found(r'data-sender="(\d+)"', item))
    status = re.search(r'data-status="(\w+)"', item)
    return Shown(sender, unescape(body), is_read=status[1] == "read" if status else None)


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.DOTALL)
    assert found, f"no {pattern} in:\n{text}"
    return found[1]
