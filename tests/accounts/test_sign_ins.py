"""A sign-in is a row: gone, signed out, whatever cookies are left of it."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts import sign_ins
from marketplace.accounts.models import User
from marketplace.database import db, transaction
from tests import cast
from tests.accounts.browsing import flashed, is_signed_in, sign_in, submit
from tests.queries import counted

JSON = {"Accept": "application/json"}


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
