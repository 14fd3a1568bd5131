"""Who is writing is shown for six seconds, or until the message comes, and costs little."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from marketplace import broadcast
from marketplace.accounts.models import User
from marketplace.broadcast import Typing
from marketplace.catalogue import listings
from marketplace.catalogue.models import Status
from marketplace.messaging import blocks, messages, presence
from marketplace.messaging.models import Conversation, Participant
from marketplace.storage.database import db, transaction, utcnow
from tests import cast
from tests.messaging.polling import ask, told
from tests.queries import counted


@pytest.fixture
def heard() -> Iterator[list[Typing]]:
    events: list[Typing] = []
    listener = events.append
    broadcast.subscribe(Typing, listener)
    yield events
    broadcast.unsubscribe(Typing, listener)


def write(client: FlaskClient, conversation: int) -> TestResponse:
    return client.put(
        f"/api/v1/conversations/{conversation}/typing",
        headers={"X-CSRFToken": cast.token(client)},
    )


def test_typing_shows_to_the_other_and_nobody_else(
    as_sam: FlaskClient, as_bea: FlaskClient, sam: User, bea: User, asked: int
) -> None:
    answer = write(as_bea, asked)
    assert (answer.status_code, answer.data) == (204, b"")
    assert told(as_sam, asked, bea)["typing"] is True
    assert told(as_sam, asked, sam)["typing"] is False


def test_it_ends_the_others_304_and_not_ones_own(
    as_sam: FlaskClient, as_bea: FlaskClient, asked: int
) -> None:
    ask(as_bea, asked)
    ask(as_sam, asked)
    sams, beas = (ask(client, asked).headers["ETag"] for client in (as_sam, as_bea))
    write(as_bea, asked)
    assert ask(as_sam, asked, sams).status_code == 200
    assert ask(as_bea, asked, beas).status_code == 304


def test_it_lasts_six_seconds(
    app: Flask, as_sam: FlaskClient, as_bea: FlaskClient, bea: User, asked: int
) -> None:
    before = utcnow()
    write(as_bea, asked)
    assert before <= typing_until(app, bea) - timedelta(seconds=6) <= utcnow()
    set_typing_until(app, bea, utcnow() - timedelta(seconds=1))
    assert told(as_sam, asked, bea)["typing"] is False


def test_the_message_ends_it(
    app: Flask, as_sam: FlaskClient, as_bea: FlaskClient, bea: User, asked: int
) -> None:
    write(as_bea, asked)
    with app.app_context():
        messages.send(bea, asked, "Hello?", "2")
    assert told(as_sam, asked, bea)["typing"] is False


def test_it_changes_nothing_but_ones_own_row(
    app: Flask, as_bea: FlaskClient, sam: User, bea: User, asked: int
) -> None:
    with app.app_context():
        before = db.session.scalar(select(Conversation.version))
    with app.app_context(), counted() as statements:
        presence.note_typing(bea, asked)
    written = [text for text in statements if text.lstrip().startswith(("UPDATE", "INSERT"))]
    assert len(written) == 1, written
    assert written[0].startswith("UPDATE participants SET typing_until=")
    with app.app_context():
        assert db.session.scalar(select(Conversation.version)) == before
        assert _until(sam) is None


def test_a_sign_that_still_holds_is_not_written_again(
    app: Flask, bea: User, asked: int, heard: list[Typing]
) -> None:
    with app.app_context():
        presence.note_typing(bea, asked)
    first = typing_until(app, bea)
    with app.app_context(), counted() as statements:
        presence.note_typing(bea, asked)
    assert not any("UPDATE" in text or "BEGIN" in text for text in statements), statements
    assert typing_until(app, bea) == first
    broadcast.drain()
    assert len(heard) == 1


def test_a_sign_that_soon_ends_is_renewed(
    app: Flask, as_bea: FlaskClient, bea: User, asked: int
) -> None:
    soon = utcnow() + timedelta(seconds=2)
    set_typing_until(app, bea, soon)
    write(as_bea, asked)
    assert typing_until(app, bea) > soon


def test_who_listens_is_told(
    app: Flask, as_bea: FlaskClient, bea: User, asked: int, heard: list[Typing]
) -> None:
    write(as_bea, asked)
    broadcast.drain()
    assert heard == [Typing(asked, bea.id)]


@pytest.mark.parametrize("reason", ["sold", "blocked by me", "blocked by the other"])
def test_where_nobody_can_write_nobody_types(
    app: Flask,
    as_bea: FlaskClient,
    sam: User,
    bea: User,
    asked: int,
    bicycle: int,
    reason: str,
    heard: list[Typing],
) -> None:
    with app.app_context():
        if reason == "sold":
            listings.set_status(sam, bicycle, Status.SOLD)
        else:
            blocks.block(*((bea, sam.id) if reason == "blocked by me" else (sam, bea.id)))
    answer = write(as_bea, asked)
    refused: Any = answer.json
    assert answer.status_code == 403
    assert refused["error"]["code"] == "closed"
    with app.app_context():
        assert _until(bea) is None
    broadcast.drain()
    assert heard == []


def test_an_outsider_is_told_the_same_as_about_nothing(as_olly: FlaskClient, asked: int) -> None:
    there, not_there = write(as_olly, asked), write(as_olly, 987654)
    assert there.status_code == not_there.status_code == 404
    assert there.data == not_there.data


def typing_until(app: Flask, user: User) -> Any:
    with app.app_context():
        return _until(user)


@transaction
def _set(user: User, moment: Any) -> None:
    db.session.execute(
        update(Participant).where(Participant.user_id == user.id).values(typing_until=moment)
    )


def set_typing_until(app: Flask, user: User, moment: Any) -> None:
    with app.app_context():
        _set(user, moment)


def _until(user: User) -> Any:
    return db.session.scalar(select(Participant.typing_until).where(Participant.user_id == user.id))
