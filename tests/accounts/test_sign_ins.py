"""A sign-in is a row: gone, signed out, whatever cookies are left of it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from marketplace.accounts import sign_ins
from marketplace.accounts.models import SignIn, User
from marketplace.storage.database import db, transaction, utcnow
from tests import cast
from tests.accounts.browsing import flashed, is_signed_in, sign_in, submit
from tests.queries import counted

JSON = {"Accept": "application/json"}
FIREFOX_ON_ANDROID = "Mozilla/5.0 (Android 15; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0"
EDGE_ON_WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0"
)
LABEL = re.compile(r'<div dir="auto">([^<]*)</div>')
NAME = re.compile(r'name="sign_in" value="([^"]*)"')


@pytest.fixture
def copied(app: Flask) -> Callable[[FlaskClient], FlaskClient]:
    """Another browser with a copy of this one's cookie."""

    def copy(client: FlaskClient) -> FlaskClient:
        cookie = client.get_cookie("session")
        assert cookie
        other = app.test_client()
        other.set_cookie("session", cookie.value)
        return other

    return copy


def test_signing_out_ends_copies_of_the_cookie_too(
    client: FlaskClient, sam: User, copied: Callable[[FlaskClient], FlaskClient]
):
    sign_in(client, sam)
    thief = copied(client)
    assert is_signed_in(thief)
    answer = submit(client, "/logout")
    assert (answer.status_code, answer.location) == (303, "/marketplace")
    assert not is_signed_in(client)
    assert not is_signed_in(thief)
    assert thief.get("/profile", headers=JSON).status_code == 401


def test_signing_out_is_said_and_leaves_nothing_behind(client: FlaskClient, sam: User):
    sign_in(client, sam)
    with client.session_transaction() as cookie:
        cookie["contact"] = {"body": "a text not sent"}
        cookie["language"] = "en"
    submit(client, "/logout")
    with client.session_transaction() as cookie:
        assert set(cookie) <= {"language", "_flashes", "csrf_token"}
    assert flashed(client.get("/login")) == ["You are signed out."]


def test_signing_out_empties_the_browsers_cache(as_sam: FlaskClient):
    """Of pages and pictures behind Back."""
    assert submit(as_sam, "/logout").headers["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in as_sam.get("/marketplace").headers


def test_signing_out_ends_no_other_browser(app: Flask, as_sam: FlaskClient, sam: User):
    elsewhere = cast.browser_of(app, sam)
    submit(as_sam, "/logout")
    assert is_signed_in(elsewhere)


def test_signing_out_takes_a_post_with_the_token(as_sam: FlaskClient):
    assert as_sam.get("/logout").status_code == 405
    assert as_sam.post("/logout").status_code == 400
    assert is_signed_in(as_sam)


def test_signing_out_signed_out_does_nothing(client: FlaskClient):
    assert submit(client, "/logout").status_code == 303


def test_a_banned_person_is_out_at_the_next_request(app: Flask, as_sam: FlaskClient, sam: User):
    assert is_signed_in(as_sam)
    with app.app_context():
        transaction(lambda: setattr(db.session.get_one(User, sam.id), "active", False))()
    assert not is_signed_in(as_sam)


def test_one_button_ends_all_other_sign_ins(
    app: Flask, as_sam: FlaskClient, sam: User, as_bea: FlaskClient
):
    elsewhere = cast.browser_of(app, sam)
    answer = submit(as_sam, "/profile/sign-ins")
    assert (answer.status_code, answer.location) == (303, "/profile")
    assert not is_signed_in(elsewhere)
    assert is_signed_in(as_sam)
    assert is_signed_in(as_bea)


def test_the_profile_lists_the_others_and_ends_each(
    app: Flask, as_sam: FlaskClient, sam: User, as_bea: FlaskClient
):
    phone, laptop = app.test_client(), app.test_client()
    for browser, user_agent in ((phone, FIREFOX_ON_ANDROID), (laptop, EDGE_ON_WINDOWS)):
        browser.environ_base["HTTP_USER_AGENT"] = user_agent
        sign_in(browser, sam)
    page = as_sam.get("/profile").text
    listed = dict(zip(LABEL.findall(page), NAME.findall(page), strict=True))
    assert listed.keys() == {"Firefox · Android", "Edge · Windows"}, "this one is not among them"
    submit(as_bea, "/profile/sign-ins", sign_in=listed["Firefox · Android"])
    assert is_signed_in(phone), "they are one's own"
    assert submit(as_sam, "/profile/sign-ins", sign_in="made up").status_code == 303
    answer = submit(as_sam, "/profile/sign-ins", sign_in=listed["Firefox · Android"])
    assert (answer.status_code, answer.location) == (303, "/profile")
    assert flashed(as_sam.get("/profile")) == ["You are signed out there."]
    assert not is_signed_in(phone)
    assert is_signed_in(laptop)
    assert is_signed_in(as_sam)


def test_the_list_has_nothing_that_could_sign_somebody_in(
    app: Flask, as_sam: FlaskClient, sam: User
):
    with app.app_context():
        other = sign_ins.start(sam).id
    page = as_sam.get("/profile").text
    assert other not in page
    assert NAME.findall(page) == [sign_ins.name_of(other)]


def test_the_fifty_first_ends_the_one_that_was_used_least_lately(app_context: None, sam: User):
    """Mechanism: ``COUNT_MAX``. One account made 255 rows in 6 seconds."""
    first = sign_ins.start(sam).id
    unused = sign_ins.start(sam).id
    _set_back(unused, timedelta(days=2))
    for _ in range(sign_ins.COUNT_MAX - 1):
        newest = sign_ins.start(sam).id
    assert len(sign_ins.list_of(sam)) == sign_ins.COUNT_MAX
    assert sign_ins.find_user(unused) is None
    assert sign_ins.find_user(first)
    assert sign_ins.find_user(newest)
    assert sign_ins.list_of(sam)[0].id == newest


def test_those_nobody_has_used_for_90_days_are_removed(
    app_context: None, sam: User, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sign_ins, "TIDIED_AT_ONCE", 2)
    old = [sign_ins.start(sam).id for _ in range(5)]
    for each in old:
        _set_back(each, timedelta(days=90, minutes=1))
    younger = sign_ins.start(sam).id
    _set_back(younger, timedelta(days=89))
    sign_ins.tidy()
    db.session.expire_all()
    assert [each.id for each in sign_ins.list_of(sam)] == [younger]


@transaction
def _set_back(sign_in_id: str, by: timedelta) -> None:
    """Let it have been used last so long ago."""
    used = update(SignIn).where(SignIn.id == sign_in_id).values(last_used_at=utcnow() - by)
    db.session.execute(used)


def test_a_made_up_sign_in_is_nobody(app_context: None, sam: User):
    sign_in_id = sign_ins.start(sam).id
    found = sign_ins.find_user(sign_in_id)
    assert found
    assert found.id == sam.id
    assert sign_ins.find_user(sign_in_id[:-1]) is None
    sign_ins.end(sign_in_id)
    sign_ins.end(sign_in_id)
    assert sign_ins.find_user(sign_in_id) is None


def test_who_is_signed_in_is_one_question_and_can_tell_and_change_everything(
    app_context: None, sam: User
):
    sign_in_id = sign_ins.start(sam).id
    db.session.remove()
    with counted() as statements:
        found = sign_ins.find_user(sign_in_id)
        assert found
        assert (found.id, found.name, found.locale) == (sam.id, sam.name, sam.locale)
        assert (found.enter_sends, found.sound, found.notifications) == (True, False, False)
    assert len(statements) == 1

    sign_ins.attach(found)
    assert (found.email, found.password) == (sam.email, sam.password)
    assert not db.session.dirty

    transaction(lambda: setattr(found, "name", "Samuel"))()
    db.session.remove()
    assert db.session.get_one(User, sam.id).name == "Samuel"


def test_a_banned_persons_sign_in_is_nobody(app_context: None, sam: User):
    """The poll trusts the row, and asks Flask-Login for nothing."""
    sign_in_id = sign_ins.start(sam).id
    transaction(lambda: setattr(db.session.get_one(User, sam.id), "active", False))()
    assert sign_ins.find_user(sign_in_id) is None
