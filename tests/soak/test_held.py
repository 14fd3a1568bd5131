"""Who writes to a conversation waits for who wrote before: the same race, decided by hand.

One writer is stopped inside its unit of work while another one comes and somebody reads. The
mechanism is the conversation's lock, taken first and held to the commit.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from marketplace.accounts.models import User
from marketplace.catalogue import listings
from marketplace.catalogue.models import Status
from marketplace.messaging import conversations, messages
from marketplace.messaging.conversations import Numbers
from marketplace.messaging.models import Conversation
from marketplace.storage.database import db
from tests.soak.pages import Page, follow

LOOK_SECONDS = 0.5  # less than any lock is waited for

where_writers_overlap = pytest.mark.parametrize(
    "database", ["mariadb"], indirect=True, scope="session"
)


@pytest.fixture
def conversation(app: Flask, sam: User, bea: User, bicycle: int) -> int:
    with app.app_context():
        conversation = conversations.open_about(bea, bicycle)
        messages.send(sam, conversation, "Hello", "hello")
    return conversation


class Race:
    """The first thread is stopped where it comes to ``stop``, and let go when the second one was
    seen to wait, or to be done."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._first: int | None = None
        self._reached, self._let_go = threading.Event(), threading.Event()

    def stop(self, *_: Any) -> None:
        """Here the first thread is stopped; others go on."""
        if threading.get_ident() == self._first:
            self._reached.set()
            assert self._let_go.wait(30)

    def run(
        self, first: Callable[[], Any], second: Callable[[], Any], look: Callable[[], Any]
    ) -> bool:
        """Whether the second had to wait for the first. ``look`` is called in between."""
        with ThreadPoolExecutor(2) as pool:
            a = pool.submit(self._run_first, first)
            assert self._reached.wait(30)
            b = pool.submit(self._run, second)
            has_waited = _is_waiting(b)
            look()
            self._let_go.set()
            a.result(30)
            b.result(30)
        return has_waited

    def _run_first(self, verb: Callable[[], Any]) -> None:
        self._first = threading.get_ident()
        self._run(verb)

    def _run(self, verb: Callable[[], Any]) -> None:
        with self._app.app_context():
            verb()


def _is_waiting(work: "Future[None]") -> bool:
    try:
        work.result(LOOK_SECONDS)
    except StillWaiting:
        return True
    return False


@pytest.fixture
def race(app: Flask) -> Race:
    return Race(app)


@pytest.fixture
def at_commit(app: Flask, race: Race) -> Iterator[None]:
    """The first thread is stopped when all is done but the COMMIT."""
    with app.app_context():
        engine = db.engine
    event.listen(engine, "commit", race.stop)
    yield
    event.remove(engine, "commit", race.stop)


def test_a_message_held_before_its_commit_reaches_who_read_meanwhile(
    at_commit: None, race: Race, sam: User, bea: User, as_bea: FlaskClient, conversation: int
):
    """The second sender has to wait, so that no cursor can pass the first one's number."""
    pages: list[Page] = []
    waited = race.run(
        lambda: messages.send(sam, conversation, "first", "a"),
        lambda: messages.send(bea, conversation, "second", "b"),
        lambda: pages.append(Page.load(as_bea, conversation)),
    )
    assert waited
    assert [message.body for message in pages[0].messages.values()] == ["Hello"]
    follow(as_bea, pages[0])
    bodies = [message.body for message in pages[0].messages.values()]
    assert bodies == ["Hello", "first", "second"]


def test_a_line_about_the_listing_held_before_its_commit_reaches_who_read_meanwhile(
    at_commit: None,
    race: Race,
    sam: User,
    bea: User,
    bicycle: int,
    as_bea: FlaskClient,
    conversation: int,
):
    """What nobody wrote takes its numbers like any message: under the conversation's lock."""
    pages: list[Page] = []
    waited = race.run(
        lambda: listings.set_status(sam, bicycle, Status.RESERVED),
        lambda: messages.send(bea, conversation, "For me?", "b"),
        lambda: pages.append(Page.load(as_bea, conversation)),
    )
    assert waited
    assert list(pages[0].messages) == [1]
    follow(as_bea, pages[0])
    assert list(pages[0].messages) == [1, 2, 3]
    with_line = Page.load(as_bea, conversation)
    assert [shown.body for shown in with_line.messages.values()][2] == "For me?"


@where_writers_overlap
def test_numbers_taken_without_the_lock_lose_the_message_that_was_held(
    monkeypatch: pytest.MonkeyPatch,
    race: Race,
    sam: User,
    bea: User,
    as_bea: FlaskClient,
    conversation: int,
):
    """The same race, with the numbers taken and released at once, as a sequence would."""
    monkeypatch.setattr(conversations, "take_place", _numbers_without_a_lock(race))
    pages: list[Page] = []
    waited = race.run(
        lambda: messages.send(sam, conversation, "first", "a"),
        lambda: messages.send(bea, conversation, "second", "b"),
        lambda: pages.append(Page.load(as_bea, conversation)),
    )
    assert not waited
    follow(as_bea, pages[0])
    assert [message.body for message in pages[0].messages.values()] == ["Hello", "second"]
    assert len(Page.load(as_bea, conversation).messages) == 3, "stored, and never told"


def _numbers_without_a_lock(race: Race) -> Callable[..., Numbers]:
    def take_place(_user: User, conversation_id: int) -> Numbers:
        mine = Conversation.id == conversation_id
        with db.engine.begin() as connection:
            connection.execute(
                update(Conversation)
                .where(mine)
                .values(seq=Conversation.seq + 1, version=Conversation.version + 1)
            )
            row = connection.execute(
                select(Conversation.seq, Conversation.version).where(mine)
            ).one()
        race.stop()
        return Numbers(row.seq, row.version)

    return take_place
