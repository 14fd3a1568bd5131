"""Who was active when: coarse, only where both show it, and at no cost while nothing changes."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.messaging import blocks, conversations
from tests.messaging.polling import ask, change, seen, told
from tests.queries import counted


def test_who_was_seen_within_two_minutes_is_active(
    app: Flask, as_sam: FlaskClient, bea: User, asked: int
) -> None:
    seen(app, bea, seconds=110)
    assert told(as_sam, asked, bea)["active"] is True


def test_who_was_seen_before_that_is_not(
    app: Flask, as_sam: FlaskClient, bea: User, asked: int
) -> None:
    seen(app, bea, seconds=130)
    person = told(as_sam, asked, bea)
    assert person["active"] is False
    assert person["last_seen_at"] is not None


def test_who_was_never_seen_has_no_moment(as_sam: FlaskClient, bea: User, asked: int) -> None:
    person = told(as_sam, asked, bea)
    assert (person["active"], person["last_seen_at"]) == (False, None)


def test_the_moment_is_told_to_the_minute(
    app: Flask, as_sam: FlaskClient, bea: User, asked: int
) -> None:
    change(app, bea, last_seen_at=datetime(2026, 11, 20, 7, 23, 45, 678_000, UTC))
    assert told(as_sam, asked, bea)["last_seen_at"] == "2026-11-20T07:23:00.000Z"


@pytest.mark.parametrize("who", ["reader", "other"])
def test_hidden_by_either_it_is_told_to_neither(
    app: Flask, as_sam: FlaskClient, sam: User, bea: User, asked: int, who: str
) -> None:
    seen(app, bea, seconds=1)
    change(app, sam if who == "reader" else bea, shows_presence=False)
    person = told(as_sam, asked, bea)
    assert (person["active"], person["last_seen_at"]) == (False, None)


@pytest.mark.parametrize("who", ["reader", "other"])
def test_after_a_block_it_is_told_to_neither(
    app: Flask, as_sam: FlaskClient, sam: User, bea: User, asked: int, who: str
) -> None:
    seen(app, bea, seconds=1)
    assert told(as_sam, asked, bea)["active"] is True
    with app.app_context():
        blocks.block(*((sam, bea.id) if who == "reader" else (bea, sam.id)))
    person = told(as_sam, asked, bea)
    assert (person["active"], person["last_seen_at"]) == (False, None)


def test_hiding_receipts_hides_no_presence(
    app: Flask, as_sam: FlaskClient, bea: User, asked: int
) -> None:
    seen(app, bea, seconds=1)
    change(app, bea, shows_receipts=False)
    assert told(as_sam, asked, bea)["active"] is True


@pytest.mark.parametrize("who", ["sam", "bea"])
def test_a_change_of_the_setting_reaches_an_open_page_with_its_next_poll(
    app: Flask, as_sam: FlaskClient, sam: User, bea: User, asked: int, who: str
) -> None:
    """Also when the other is not active, so that "active 5 min ago" goes."""
    seen(app, bea, minutes=5)
    tag = ask(as_sam, asked).headers["ETag"]
    assert ask(as_sam, asked, tag).status_code == 304
    change(app, sam if who == "sam" else bea, shows_presence=False)
    assert ask(as_sam, asked, tag).status_code == 200


def test_coming_and_going_end_the_304(
    app: Flask, as_sam: FlaskClient, bea: User, asked: int
) -> None:
    away = ask(as_sam, asked).headers["ETag"]
    seen(app, bea, seconds=1)
    here = ask(as_sam, asked, away)
    assert here.status_code == 200
    seen(app, bea, minutes=3)
    assert ask(as_sam, asked, here.headers["ETag"]).status_code == 200


def test_while_both_pages_are_open_it_stays_one_statement_and_304(
    app: Flask, as_sam: FlaskClient, as_bea: FlaskClient, sam: User, bea: User, asked: int
) -> None:
    for client in (as_sam, as_bea):
        ask(client, asked)
    tags = {client: ask(client, asked).headers["ETag"] for client in (as_sam, as_bea)}
    for seconds in (1, 59, 61, 110):
        for client, tag in tags.items():
            seen(app, sam, seconds=seconds)
            seen(app, bea, seconds=seconds)
            ask(client, asked, tag)  # notes the reader, at most once a minute
            with counted() as statements:
                assert ask(client, asked, tag).status_code == 304
            assert len(statements) == 1, statements


def test_the_tag_keeps_what_is_hidden(
    app: Flask, as_sam: FlaskClient, bea: User, asked: int
) -> None:
    """A page that is answered 200 whenever somebody comes or goes has been told so."""
    change(app, bea, shows_presence=False)
    tag = ask(as_sam, asked).headers["ETag"]
    seen(app, bea, seconds=1)
    assert ask(as_sam, asked, tag).status_code == 304


def test_presence_elsewhere_is_nobodys_business(
    app: Flask, as_sam: FlaskClient, olly: User, asked: int, bicycle: int
) -> None:
    with app.app_context():
        conversations.open_about(olly, bicycle)
    tag = ask(as_sam, asked).headers["ETag"]
    seen(app, olly, seconds=1)
    assert ask(as_sam, asked, tag).status_code == 304
