"""The demo: put in by one command, once, and never in production."""

import re
from datetime import timedelta
from html import unescape
from itertools import pairwise

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from marketplace.accounts.models import User
from marketplace.catalogue.models import Listing, Photo, Status
from marketplace.demo import entries
from marketplace.messaging import inbox
from marketplace.messaging.models import TEXT, Conversation, Message, Participant
from marketplace.storage.database import db, utcnow
from tests import cast
from tests.catalogue.selling import files

SIGN_IN = re.compile(r"(buyer|seller) +(\S+@example\.com) +password +(\S+)")
TABLES = (User, Listing, Photo, Conversation, Participant, Message)


def run(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["demo"])


@pytest.fixture
def demo(app: Flask) -> Result:
    result = run(app)
    assert result.exit_code == 0, result.output
    return result


def counts(app: Flask) -> list[int]:
    with app.app_context():
        return [db.session.scalar(select(func.count()).select_from(table)) for table in TABLES]


def test_both_printed_sign_ins_work(app: Flask, demo: Result) -> None:
    printed = SIGN_IN.findall(demo.output)
    assert [who for who, _, _ in printed] == ["buyer", "seller"]
    for _, email, password in printed:
        client = app.test_client()
        fields = {"csrf_token": cast.token(client), "email": email, "password": password}
        client.post("/login", data=fields)
        assert client.get("/profile").status_code == 200


def test_the_marketplace_is_full(app: Flask, demo: Result, client: FlaskClient) -> None:
    people, listings, photos, *_ = counts(app)
    assert (people, listings) == (12, 40)
    assert photos > 40
    assert client.get("/marketplace").text.count("<article") == 24
    assert client.get("/marketplace?page=2").text.count("<article") == 16
    assert "Vélo de ville" in unescape(client.get("/marketplace?q=velo").text)


def test_listings_differ_in_state_and_age_and_none_is_of_the_future(
    app: Flask, demo: Result
) -> None:
    with app.app_context():
        rows = db.session.scalars(select(Listing).order_by(Listing.id)).all()
    assert {row.status for row in rows} == {Status.AVAILABLE, Status.RESERVED, Status.SOLD}
    moments = [row.created_at for row in rows]
    assert moments == sorted(moments)
    assert moments[-1] < utcnow()
    assert moments[0] < utcnow() - timedelta(days=30)


def test_every_photo_has_its_files(app: Flask, demo: Result, client: FlaskClient) -> None:
    with app.app_context():
        names = db.session.scalars(select(Photo.name)).all()
    for name in names[:3]:
        assert client.get(f"/photos/{name}", buffered=True).mimetype == "image/jpeg"
    stems = {path.stem for path in files(app)}
    assert all({name, f"{name}-thumb"} <= stems for name in names)


def test_conversations_are_under_way_and_some_messages_unread(app: Flask, demo: Result) -> None:
    with app.app_context():
        for person in entries.people()[:2]:
            user = db.session.scalar(select(User).where(User.email == person.email))
            assert user is not None
            assert inbox.inbox_of(user).rows
            totals = inbox.unread_totals(user)
            assert totals.messages > 0


def test_unread_counts_equal_a_recount(app: Flask, demo: Result) -> None:
    with app.app_context():
        for place in db.session.scalars(select(Participant)):
            after = db.session.scalar(
                select(func.count()).where(
                    Message.conversation_id == place.conversation_id,
                    Message.seq > place.read_seq,
                    Message.sender_id != place.user_id,
                    Message.kind == TEXT,
                )
            )
            assert place.unread == after


def test_messages_lie_in_the_past_in_the_order_of_their_numbers(app: Flask, demo: Result) -> None:
    with app.app_context():
        rows = db.session.scalars(
            select(Message).order_by(Message.conversation_id, Message.seq)
        ).all()
        opened = dict(
            db.session.execute(
                select(Conversation.id, func.coalesce(Listing.created_at, User.created_at))
                .select_from(Conversation)
                .join(User, User.email == "bea@example.com")
                .outerjoin(Conversation.listing)
            ).all()
        )
    for before, after in pairwise(rows):
        if before.conversation_id == after.conversation_id:
            assert before.created_at < after.created_at
    assert all(opened[row.conversation_id] < row.created_at < utcnow() for row in rows)


def test_there_is_a_group_in_which_several_have_written(app: Flask, demo: Result) -> None:
    with app.app_context():
        for circle in entries.circles():
            for email in (circle.admin, *circle.members):
                user = db.session.scalars(select(User).where(User.email == email)).one()
                (row,) = [each for each in inbox.inbox_of(user).rows if each.other is None]
                assert row.name == circle.title
                assert row.unread == sum(
                    who != email for who, _ in circle.lines()[-circle.unread :]
                )


def test_a_second_run_adds_nothing(app: Flask, demo: Result) -> None:
    before, before_files = counts(app), files(app)
    again = run(app)
    assert (again.exit_code, again.output) == (0, demo.output)
    assert counts(app) == before
    assert files(app) == before_files


def test_a_run_that_was_interrupted_is_completed(app: Flask, demo: Result) -> None:
    whole = counts(app)
    with app.app_context():
        db.session.execute(delete(Listing).where(Listing.title == "Wooden train with carriage"))
        db.session.commit()
    assert counts(app)[1] == whole[1] - 1
    assert run(app).exit_code == 0
    assert counts(app) == whole


def test_what_people_changed_meanwhile_stays(app: Flask, demo: Result) -> None:
    with app.app_context():
        listing = db.session.scalar(
            select(Listing).where(Listing.title == "Red touring bike, 56 cm")
        )
        assert listing is not None
        listing.title, listing.status = "Sold it!", Status.WITHDRAWN
        db.session.commit()
    before = counts(app)
    assert run(app).exit_code == 0
    assert counts(app) == before


def test_production_refuses_with_one_sentence(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "APP_ENV", "production")
    result = run(app)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert "production" in result.output
    assert counts(app)[0] == 0
