"""The hook: told after the commit, never felt by who writes."""

import dataclasses
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from marketplace import broadcast
from marketplace.accounts.models import User
from marketplace.broadcast import ConversationRead, Event, MessageSent
from marketplace.storage.database import db, transaction

SENT = MessageSent(conversation_id=1, seq=1, sender_id=1)

Listen = Callable[[type[Event], Callable[[Event], object]], None]


@pytest.fixture
def listen() -> Iterator[Listen]:
    """``broadcast.subscribe`` that ends with the test."""
    listening: list[tuple[type[Event], Callable[[Event], object]]] = []

    def subscribe(kind: type[Event], listener: Callable[[Event], object]) -> None:
        broadcast.subscribe(kind, listener)
        listening.append((kind, listener))

    yield subscribe
    broadcast.drain()
    for kind, listener in listening:
        broadcast.unsubscribe(kind, listener)


@transaction
def add_user(name: str, *events: Event) -> None:
    """Stand in for any verb that writes and publishes."""
    for event in events:
        broadcast.publish(event)
    db.session.add(
        User(name=name, email=f"{name}@x.example", password="-", fs_uniquifier=f"unique-{name}")
    )


def stored_names(app: Flask) -> list[str]:
    with app.extensions["reader"].connect() as connection:
        return list(connection.scalars(select(User.name)))


def test_an_event_is_told_when_what_it_tells_of_is_stored(
    app: Flask, app_context: None, listen: Listen
):
    heard: list[tuple[Event, list[str]]] = []
    listen(MessageSent, lambda event: heard.append((event, stored_names(app))))
    add_user("Sam", SENT)
    broadcast.drain()
    assert heard == [(SENT, ["Sam"])]


def test_nothing_is_told_of_a_unit_that_was_rolled_back(app_context: None, listen: Listen):
    heard: list[Event] = []
    listen(MessageSent, heard.append)

    @transaction
    def send_and_regret() -> None:
        add_user("Sam", SENT)
        raise ValueError("regret")

    with pytest.raises(ValueError, match="regret"):
        send_and_regret()
    broadcast.drain()
    assert heard == []


def test_a_unit_that_was_repeated_tells_once(app_context: None, listen: Listen):
    heard: list[Event] = []
    listen(MessageSent, heard.append)
    tries: list[int] = []

    @transaction
    def lose_then_win() -> None:
        tries.append(1)
        broadcast.publish(SENT)
        if len(tries) == 1:
            lost = sqlite3.OperationalError("database is locked")
            lost.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise DBAPIError("UPDATE", None, lost)

    lose_then_win()
    broadcast.drain()
    assert len(tries) == 2
    assert heard == [SENT]


def test_a_listener_hears_its_own_kind_in_the_order_of_the_commits(
    app_context: None, listen: Listen
):
    sent: list[Event] = []
    read: list[Event] = []
    listen(MessageSent, sent.append)
    listen(ConversationRead, read.append)
    second = MessageSent(conversation_id=1, seq=2, sender_id=1)
    seen = ConversationRead(conversation_id=1, user_id=2, read_seq=2)
    add_user("Sam", SENT)
    add_user("Bea", second, seen)
    broadcast.drain()
    assert sent == [SENT, second]
    assert read == [seen]


def test_a_listener_that_raises_is_logged_and_nobody_else_notices(
    app: Flask, app_context: None, listen: Listen, caplog: pytest.LogCaptureFixture
):
    heard: list[Event] = []

    def explode(_event: Event) -> None:
        raise RuntimeError("listener is broken")

    listen(MessageSent, explode)
    listen(MessageSent, heard.append)
    add_user("Sam", SENT)
    add_user("Bea", SENT)
    broadcast.drain()
    assert stored_names(app) == ["Sam", "Bea"]
    assert heard == [SENT, SENT]
    assert "a listener failed on MessageSent" in caplog.text
    assert "listener is broken" in caplog.text


def test_a_listener_that_hangs_delays_no_writer_and_no_answer(
    app: Flask, client: FlaskClient, listen: Listen
):
    reached, let_go = threading.Event(), threading.Event()
    heard: list[Event] = []

    def hang(event: Event) -> None:
        reached.set()
        assert let_go.wait(30)
        heard.append(event)

    listen(MessageSent, hang)
    try:
        with app.app_context():
            add_user("Sam", SENT)
            assert reached.wait(30)
            add_user("Bea", SENT)
            assert stored_names(app) == ["Sam", "Bea"]
        assert client.get("/login").status_code == 200
        assert heard == [], "it was hanging all the while"
    finally:
        let_go.set()
    broadcast.drain()
    assert heard == [SENT, SENT]


def test_too_many_waiting_events_are_dropped_and_not_waited_for(
    app_context: None,
    listen: Listen,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    full: queue.Queue[Event] = queue.Queue(1)
    full.put(SENT)
    listen(MessageSent, print)
    with monkeypatch.context() as patched:
        patched.setattr(broadcast, "_queue", full)
        with caplog.at_level(logging.WARNING):
            add_user("Sam", SENT)
    assert "dropped MessageSent" in caplog.text


def test_with_nobody_listening_publishing_costs_nothing(app_context: None):
    @transaction
    def publish_to_nobody() -> list[object]:
        broadcast.publish(SENT)
        return list(db.session.info["after_commit"])

    assert publish_to_nobody() == []


def test_an_event_carries_ids_and_nothing_to_leak():
    for kind in Event.__subclasses__():
        types = {each.type for each in dataclasses.fields(kind)}
        assert types == {int}, f"{kind.__name__} carries more than ids"
