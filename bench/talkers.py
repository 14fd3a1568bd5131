"""A minute of somebody who talks, step by step, as their browser asks for it.

They look into the inbox, open a conversation and leave it open: it polls, shows what comes, marks
it as read, and tells that they write. What the other one says in between is sent as well, so that
four of the polls bring it, but it is not counted: it belongs to the other one's minute.
"""

import json
import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import timedelta
from itertools import groupby

from sqlalchemy import update

from bench import data
from bench.checks import has_status, is_idle, shows_rows
from bench.load import Answer, Connection
from bench.rounds import Clock
from bench.site import Site
from bench.twins import Guest
from bench.visits import page, put
from marketplace.accounts.models import User
from marketplace.messaging import inbox, messages
from marketplace.messaging.models import Participant
from marketplace.storage.database import db

HEAR = "hear"  # the other one sends
MINUTE = """
inbox badge conversation poll poll badge poll hear poll read poll poll poll
typing poll poll send poll badge poll poll poll hear poll read poll poll badge poll
typing poll poll send poll poll hear poll read poll badge poll poll
typing poll hear poll read poll poll badge poll
"""


class Talker(ABC):
    """Somebody in a conversation: what they ask for, and what has to come back.

    A poll has to bring what was sent since the last one, their own messages too.
    """

    rows: tuple[bytes, bytes]
    """What each conversation of the inbox, and each message of the page, has in its HTML."""

    def __init__(self) -> None:
        self._awaited = 0

    @abstractmethod
    def request(self, step: str) -> bytes:
        """The bytes of this step."""

    @abstractmethod
    def _open(self, content: bytes) -> None:
        """Read from the conversation's page where to poll from."""

    @abstractmethod
    def _poll(self, answer: Answer) -> int:
        """Go on from there; how many messages it brought."""

    def take(self, step: str, answer: Answer) -> None:
        """Look at the answer, and keep what the next request needs of it."""
        row, message = self.rows
        match step:
            case "inbox":
                shows_rows(inbox.PAGE_SIZE, row)(answer)
            case "conversation":
                shows_rows(messages.PAGE_SIZE, message)(answer)
                self._open(answer.body)
            case "poll":
                brought = self._poll(answer)
                assert brought == self._awaited, f"{brought} messages, not {self._awaited}"
                self._awaited = 0
            case "send" | "hear":
                has_status(201)(answer)
                self._awaited += 1
            case _:
                assert answer.status in (200, 204), answer


class OurTalker(Talker):
    """The seller, at ours. Where nothing happened since the last poll, the next one is idle."""

    rows = b"data-conversation=", b"data-seq="

    def __init__(self, site: Site, pair: data.Pair) -> None:
        super().__init__()
        self._site, self._pair, self._me = site, pair, site.visitor(pair.seller)
        self._cursor = self._newest = 0
        self._tag: str | None = None
        self._is_told = False

    def request(self, step: str) -> bytes:
        """The bytes of this step."""
        number = self._pair.id
        api, path = f"/api/v1/conversations/{number}", f"/messages/{number}"
        pages = {"inbox": "/messages", "badge": "/api/v1/unread", "conversation": path}
        match step:
            case "poll":
                return self._site.poll_request(number, self._cursor, self._tag)
            case "read":
                return put(f"{api}/read", self._me, seq=self._newest)
            case "typing":
                return put(f"{api}/typing", self._me)
            case "send" | "hear":
                sender = self._pair.buyer if step == HEAR else self._pair.seller
                return self._site.send_request(number, secrets.token_hex(8), sender)
        return page(pages[step], self._me)

    def take(self, step: str, answer: Answer) -> None:
        """Look at the answer, and keep what the next request needs of it."""
        super().take(step, answer)
        if step in ("read", "send", "hear"):
            self._is_told = False

    def _open(self, content: bytes) -> None:
        found = re.search(rb'data-cursor="(\d+)"', content)
        assert found, "a page without a cursor"
        self._cursor, self._tag, self._is_told = int(found[1]), None, False

    def _poll(self, answer: Answer) -> int:
        if self._is_told:
            is_idle(answer)
            return 0
        has_status(200)(answer)
        content = json.loads(answer.body)
        self._cursor, self._tag, self._is_told = content["cursor"], answer.header("ETag"), True
        for each in content["messages"]:
            self._newest = each["seq"]
        return len(content["messages"])


class NaiveTalker(Talker):
    """The seller, at the tutorial's."""

    rows = b"<li>", b'<li id="m'

    def __init__(self, me: Guest, other: Guest, conversation: int) -> None:
        super().__init__()
        self._me, self._other, self._conversation = me, other, conversation
        self._newest = 0

    def request(self, step: str) -> bytes:
        """The bytes of this step."""
        path = f"/conversations/{self._conversation}"
        pages = {"inbox": "/inbox", "badge": "/unread", "conversation": path}
        pages["poll"] = self._me.poll_path(self._conversation, self._newest)
        match step:
            case "read" | "typing":
                return self._me.post_request(f"{path}/{step}")
            case "send" | "hear":
                sender = self._other if step == HEAR else self._me
                return sender.send_request(self._conversation)
        return self._me.request(pages[step])

    def _open(self, content: bytes) -> None:
        self._newest = int(re.findall(rb'id="m(\d+)"', content)[-1])

    def _poll(self, answer: Answer) -> int:
        has_status(200)(answer)
        brought = json.loads(answer.body)["messages"]
        for each in brought:
            self._newest = each["id"]
        return len(brought)


def talk(talkers: Sequence[Talker], connections: Sequence[Connection], clock: Clock) -> None:
    """A minute of all of them, each on a connection, one step of all at once."""
    for is_heard, steps in groupby(MINUTE.split(), HEAR.__eq__):
        with nullcontext() if is_heard else clock.going():
            for step in steps:
                for talker, connection in zip(talkers, connections, strict=True):
                    connection.send(talker.request(step))
                for talker, connection in zip(talkers, connections, strict=True):
                    talker.take(step, connection.receive())


def let_time_pass() -> None:
    """The bench does in less than a second what takes a minute. That somebody is here is written
    once in it, and a sign of writing holds for seconds: without this, both would be for nothing."""
    seen_at = {"last_seen_at": data.NOW - timedelta(hours=1)}
    db.session.execute(update(User).values(seen_at))
    db.session.execute(update(Participant).values(typing_until=None))
