"""Changing a password, and choosing a new one by a link."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts import passwords
from marketplace.accounts.models import User
from marketplace.storage.database import db, transaction
from tests import cast
from tests.accounts.browsing import (
    NEW_PASSWORD,
    errors,
    flashed,
    is_signed_in,
    sign_in,
    submit,
)
from tests.letters import link_in, post
from tests.queries import counted


def test_a_changed_password_ends_the_other_sign_ins_and_keeps_this_one(
    app: Flask, as_sam: FlaskClient, sam: User, as_bea: FlaskClient
):
    elsewhere = cast.browser_of(app, sam)
    answer = change(as_sam)
    assert (answer.status_code, answer.location) == (303, "/profile")
    assert is_signed_in(as_sam)
    assert not is_signed_in(elsewhere)
    assert is_signed_in(as_bea)


def test_only_the_new_password_works_afterwards(app: Flask, as_sam: FlaskClient, sam: User):
    change(as_sam)
    assert sign_in(app.test_client(), sam, cast.PASSWORD).status_code == 422
    assert sign_in(app.test_client(), sam, NEW_PASSWORD).status_code == 303


def test_the_owner_is_told_by_mail(app: Flask, as_sam: FlaskClient):
    change(as_sam)
    [letter] = post(app)
    assert letter["Subject"] == "Your password has been changed"
    assert NEW_PASSWORD not in letter.get_content()


@pytest.mark.parametrize(
    ("password", "new_password", "expected"),
    [
        ("wrong", NEW_PASSWORD, {"password": "This is not your password."}),
        ("", NEW_PASSWORD, {"password": "This is not your password."}),
        ("x" * 5000, NEW_PASSWORD, {"password": "This is not your password."}),
        (cast.PASSWORD, "short", {"new_password": "Please take at least 8 characters."}),
    ],
)
def test_a_refused_change_changes_nothing(
    app: Flask,
    as_sam: FlaskClient,
    sam: User,
    password: str,
    new_password: str,
    expected: dict[str, str],
):
    elsewhere = cast.browser_of(app, sam)
    answer = change(as_sam, password, new_password)
    assert answer.status_code == 422
    assert errors(answer) == expected
    assert is_signed_in(elsewhere)
    assert sign_in(app.test_client(), sam).status_code == 303
    assert post(app) == []


def test_changing_takes_the_token(app: Flask, as_sam: FlaskClient, sam: User):
    fields = {"password": cast.PASSWORD, "new_password": NEW_PASSWORD}
    assert as_sam.post("/profile/password", data=fields).status_code == 400
    assert sign_in(app.test_client(), sam).status_code == 303


def test_the_link_leads_to_a_new_password(app: Flask, client: FlaskClient, sam: User):
    link = asked_link(app, client, sam)
    assert client.get(link).status_code == 200
    answer = submit(client, link, password=NEW_PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/login")
    assert flashed(client.get("/login")) == ["Your new password is set. Sign in with it now."]
    assert sign_in(client, sam, cast.PASSWORD).status_code == 422
    assert sign_in(client, sam, NEW_PASSWORD).status_code == 303


def test_a_new_password_by_link_ends_every_sign_in(app: Flask, client: FlaskClient, sam: User):
    elsewhere = cast.browser_of(app, sam)
    submit(client, asked_link(app, client, sam), password=NEW_PASSWORD)
    assert not is_signed_in(elsewhere)
    assert not is_signed_in(client)
    [letter] = post(app)
    assert letter["Subject"] == "Your password has been changed"


def test_a_new_password_by_link_keeps_the_sign_in_of_the_browser_it_is_chosen_in(
    app: Flask, as_sam: FlaskClient, sam: User
):
    elsewhere = cast.browser_of(app, sam)
    submit(as_sam, asked_link(app, as_sam, sam), password=NEW_PASSWORD)
    assert is_signed_in(as_sam)
    assert not is_signed_in(elsewhere)


def test_a_refused_password_leaves_the_link_good(app: Flask, client: FlaskClient, sam: User):
    link = asked_link(app, client, sam)
    refused = submit(client, link, password="short")
    assert refused.status_code == 422
    assert errors(refused) == {"password": "Please take at least 8 characters."}
    assert submit(client, link, password=NEW_PASSWORD).location == "/login"


def test_a_link_works_once(app: Flask, client: FlaskClient, sam: User):
    link = asked_link(app, client, sam)
    submit(client, link, password=NEW_PASSWORD)
    assert is_refused(client, link)


def test_a_changed_password_ends_links_sent_before(app: Flask, as_sam: FlaskClient, sam: User):
    link = asked_link(app, as_sam, sam)
    change(as_sam)
    assert is_refused(as_sam, link)


def test_a_link_works_for_a_day(
    app: Flask, client: FlaskClient, sam: User, monkeypatch: pytest.MonkeyPatch
):
    link = asked_link(app, client, sam)
    monkeypatch.setattr(passwords, "LINK_LIFETIME", timedelta(seconds=-1))
    assert is_refused(client, link)


@pytest.mark.parametrize("end", ["x", "x.y.z", "%00", "é", ".", "x" * 3000])
def test_a_made_up_link_leads_to_asking_for_one(client: FlaskClient, end: str):
    assert is_refused(client, f"/reset/{end}")


def test_a_link_of_another_kind_is_none(app: Flask, client: FlaskClient, sam: User):
    with app.app_context():
        other = app.extensions["security"].confirm_serializer.dumps(sam.fs_uniquifier)
    assert is_refused(client, f"/reset/{other}")


def test_a_banned_person_gets_no_link_and_none_works(app: Flask, client: FlaskClient, sam: User):
    link = asked_link(app, client, sam)
    with app.app_context():
        transaction(lambda: setattr(db.session.get_one(User, sam.id), "active", False))()
    assert is_refused(client, link)
    submit(client, "/reset", email=sam.email)
    assert post(app) == []


def test_an_unknown_address_is_answered_like_a_known_one(
    app: Flask, client: FlaskClient, sam: User
):
    known = submit(client, "/reset", email="Sam@example.com", next="/messages")
    said = flashed(client.get(known.location))
    other = app.test_client()
    unknown = submit(other, "/reset", email="nobody@example.com", next="/messages")
    assert (known.status_code, known.location) == (303, "/login?next=/messages")
    assert (unknown.status_code, unknown.location) == (known.status_code, known.location)
    assert unknown.text == known.text
    [sentence] = flashed(other.get(unknown.location))
    assert said == [sentence.replace("nobody@example.com", "Sam@example.com")]
    assert [letter["To"] for letter in post(app)] == ["sam@example.com"]


def test_the_request_looks_nobody_up(app: Flask, client: FlaskClient, sam: User):
    """Whatever the request does for one address and not for the other could be timed."""
    token = cast.token(client)
    counts = {sam.email: 0, "nobody@example.com": 0}
    for address in counts:
        with counted() as seen:
            client.post("/reset", data={"csrf_token": token, "email": address})
        counts[address] = len(seen)
    assert set(counts.values()) == {0}


def test_no_address_is_said_beside_its_field(client: FlaskClient):
    answer = submit(client, "/reset", email="sam", next="/messages")
    assert answer.status_code == 422
    assert list(errors(answer)) == ["email"]
    assert 'value="sam"' in answer.text
    assert 'href="/login?next=/messages"' in answer.text


def test_the_link_has_the_host_that_was_asked(app: Flask, sam: User):
    client = app.test_client()
    page = client.get("/reset", base_url="http://shop.example:8000").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    client.post(
        "/reset",
        base_url="http://shop.example:8000",
        data={"csrf_token": token, "email": sam.email},
    )
    [letter] = post(app)
    assert "http://shop.example:8000/reset/" in letter.get_content()


def change(
    client: FlaskClient, password: str = cast.PASSWORD, new_password: str = NEW_PASSWORD
) -> TestResponse:
    return submit(client, "/profile/password", password=password, new_password=new_password)


def asked_link(app: Flask, client: FlaskClient, user: User) -> str:
    submit(client, "/reset", email=user.email)
    [letter] = post(app)
    assert letter["To"] == user.email
    return link_in(letter)


def is_refused(client: FlaskClient, link: str) -> bool:
    """By GET and by POST."""
    answers = [client.get(link), submit(client, link, password=NEW_PASSWORD)]
    assert flashed(client.get("/reset"))[0].startswith("This link is used up or too old.")
    return all((each.status_code, each.location) == (303, "/reset") for each in answers)
