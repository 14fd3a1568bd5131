"""A sign-in lasts while it is used: renewed once a day, where a page is loaded and nowhere else."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.http import parse_date

from marketplace.accounts import browsers, sign_ins
from marketplace.accounts.models import User
from marketplace.accounts.security import USED_KEY
from marketplace.messaging import conversations
from marketplace.storage.database import db, utcnow
from tests import cast
from tests.accounts.browsing import is_signed_in, sign_in

DAY_SECONDS = 24 * 3600


@pytest.fixture
def used_ago(as_bea: FlaskClient) -> Callable[[int | None], FlaskClient]:
    """Bea's browser, its sign-in renewed so many seconds ago; None for one of before all this."""

    cast.token(as_bea)  # so that the next page has no reason of its own to set a cookie

    def make(seconds: int | None) -> FlaskClient:
        with as_bea.session_transaction() as cookie:
            cookie.pop(USED_KEY)
            if seconds is not None:
                cookie[USED_KEY] = int(time.time()) - seconds
        return as_bea

    return make


@pytest.mark.parametrize("ago", [DAY_SECONDS + 60, 80 * DAY_SECONDS, None])
def test_a_page_renews_cookie_and_row_of_a_sign_in_not_used_today(
    app: Flask, bea: User, used_ago: Callable[[int | None], FlaskClient], ago: int | None
):
    client = used_ago(ago)
    before = set_back(app, bea)
    answer = client.get("/marketplace")
    [cookie] = answer.headers.getlist("Set-Cookie")
    expires = parse_date(cookie.partition("Expires=")[2].partition(";")[0])
    assert expires
    assert expires - utcnow() > timedelta(days=89)
    assert last_used(app, bea) > before
    assert "Set-Cookie" not in client.get("/marketplace").headers, "once a day"
    assert is_signed_in(client)


def test_within_the_day_nothing_is_renewed(
    app: Flask, bea: User, used_ago: Callable[[int | None], FlaskClient]
):
    client = used_ago(DAY_SECONDS - 60)
    before = set_back(app, bea)
    assert "Set-Cookie" not in client.get("/marketplace").headers
    assert last_used(app, bea) == before


def test_what_scripts_ask_for_sets_no_cookie(
    app: Flask, bea: User, bicycle: int, used_ago: Callable[[int | None], FlaskClient]
):
    """Polls above all: they would pay for it with more than their query."""
    client = used_ago(None)
    before = set_back(app, bea)
    with app.app_context():
        conversation = f"/messages/{conversations.open_about(bea, bicycle)}"
    paths = [f"{conversation}/poll", f"{conversation}/poll?after=1", f"{conversation}/history"]
    for path in (*paths, "/api/v1/unread"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "Set-Cookie" not in answer.headers, path
    told = client.get(f"{conversation}/poll")
    tag = {"If-None-Match": told.headers["ETag"]}
    again = client.get(f"{conversation}/poll?after={told.json['cursor']}", headers=tag)
    assert again.status_code == 304
    assert "Set-Cookie" not in again.headers
    assert last_used(app, bea) == before


def test_a_cookie_lasts_90_days(app: Flask, client: FlaskClient, sam: User):
    cookies = sign_in(client, sam).headers.getlist("Set-Cookie")
    [session] = [each for each in cookies if each.startswith("session=")]
    expires = parse_date(session.partition("Expires=")[2].partition(";")[0])
    assert expires
    assert timedelta(days=89) < expires - utcnow() <= timedelta(days=90)
    assert app.permanent_session_lifetime == sign_ins.SESSION_LIFETIME


WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "label"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/1", "Firefox · Linux"),
        (f"Mozilla/5.0 (iPhone; CPU like Mac OS X) {WEBKIT} Mobile Safari/604", "Safari · iPhone"),
        (f"Mozilla/5.0 (Macintosh) {WEBKIT} Chrome/131.0 Safari/537.36", "Chrome · macOS"),
        (f"Mozilla/5.0 (Windows NT) {WEBKIT} Chrome/131 Safari/537 Edg/131", "Edge · Windows"),
        ("curl/8.9 (Windows)", "Windows"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
        ("x" * 100_000 + "Firefox", ""),
    ],
)
def test_a_browser_is_called_by_what_its_owner_knows_it_by(user_agent: str, label: str):
    assert browsers.label(user_agent) == label


def set_back(app: Flask, user: User) -> datetime:
    """Let this person's sign-in have been used last two days ago; when that was."""
    with app.app_context():
        [sign_in] = sign_ins.list_of(user)
        sign_in.last_used_at = utcnow() - timedelta(days=2)
        db.session.commit()
        return sign_in.last_used_at


def last_used(app: Flask, user: User) -> datetime:
    with app.app_context():
        [sign_in] = sign_ins.list_of(user)
        return sign_in.last_used_at
