"""A message stored while an answer is being made: it is in that answer, or in the next one.

The mechanism: the version is read before the rows and is the answer's cursor. The race is decided
by hand: the message is stored right before, or right after, the rows are read.
"""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.messaging import conversations, messages, poll
from marketplace.messaging.models import Conversation
from marketplace.messaging.places import FullPlace, Place
from marketplace.messaging.poll import News, State
from marketplace.storage.database import db
from tests.soak.pages import Page, follow
from tests.soak.pages import poll as ask

Read = Callable[..., Any]
WHEN = pytest.mark.parametrize("when", ["before", "after"])


@pytest.fixture
def conversation(app: Flask, sam: User, bea: User, bicycle: int) -> int:
    with app.app_context():
        conversation = conversations.open_about(bea, bicycle)
        messages.send(sam, conversation, "Hello", "hello")
    return conversation


@pytest.fixture
def send_once(app: Flask, sam: User, conversation: int) -> Callable[[], None]:
    """Store a message; called again it does nothing."""
    waiting = ["Meanwhile"]

    def send() -> None:
        if waiting:
            with app.app_context():
                messages.send(sam, conversation, waiting.pop(), "meanwhile")

    return send


def around(read: Read, when: str, happens: Callable[[], None]) -> Read:
    """The same function, with something that happens right before or right after it."""

    def wrapped(*arguments: Any, **options: Any) -> Any:
        if when == "before":
            happens()
        found = read(*arguments, **options)
        if when == "after":
            happens()
        return found

    return wrapped


def bodies(page: Page) -> list[str]:
    return [message.body for message in page.messages.values()]


@WHEN
def test_a_message_stored_while_the_page_is_made_is_there_after_its_first_poll(
    monkeypatch: pytest.MonkeyPatch,
    send_once: Callable[[], None],
    as_bea: FlaskClient,
    conversation: int,
    when: str,
):
    with monkeypatch.context() as patched:
        patched.setattr(messages, "latest", around(messages.latest, when, send_once))
        page = Page.load(as_bea, conversation)
    follow(as_bea, page)
    assert bodies(page) == ["Hello", "Meanwhile"]


@WHEN
def test_a_message_stored_while_a_poll_is_answered_comes_with_the_next(
    monkeypatch: pytest.MonkeyPatch,
    send_once: Callable[[], None],
    sam: User,
    app: Flask,
    as_bea: FlaskClient,
    conversation: int,
    when: str,
):
    page = Page.load(as_bea, conversation)
    with app.app_context():
        messages.send(sam, conversation, "Still there?", "2")
    with monkeypatch.context() as patched:
        patched.setattr(
            messages, "changed_between", around(messages.changed_between, when, send_once)
        )
        ask(as_bea, page)
    assert bodies(page) == ["Hello", "Still there?"], "up to the version read before, no further"
    follow(as_bea, page)
    assert bodies(page) == ["Hello", "Still there?", "Meanwhile"]


def test_a_pages_cursor_taken_after_its_messages_loses_one(
    monkeypatch: pytest.MonkeyPatch,
    send_once: Callable[[], None],
    as_bea: FlaskClient,
    conversation: int,
):
    """The same, with the version as it is when the messages are there."""

    read_in_time = messages.latest

    def latest(place: FullPlace, **range_: Any) -> Any:
        found = read_in_time(place, **range_)
        send_once()
        object.__setattr__(place, "version", place.version + 1)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(messages, "latest", latest)
        page = Page.load(as_bea, conversation)
    follow(as_bea, page)
    assert bodies(page) == ["Hello"]


def test_a_polls_cursor_taken_after_its_messages_loses_one(
    monkeypatch: pytest.MonkeyPatch,
    send_once: Callable[[], None],
    app: Flask,
    sam: User,
    as_bea: FlaskClient,
    conversation: int,
):
    """The same, with the version read again when the rows are there."""

    def news_since(state: State, place: Place, after: int) -> News:
        items = messages.changed_between(place, after, 2**63 - 1, limit=200)
        send_once()
        version = db.session.scalar(
            select(Conversation.version).where(Conversation.id == place.conversation_id)
        )
        return News(cursor=version or 0, has_more=False, reset=False, items=items)

    page = Page.load(as_bea, conversation)
    with app.app_context():
        messages.send(sam, conversation, "Still there?", "2")
    with monkeypatch.context() as patched:
        patched.setattr(poll, "news_since", news_since)
        ask(as_bea, page)
    follow(as_bea, page)
    assert bodies(page) == ["Hello", "Still there?"]
