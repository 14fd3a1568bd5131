"""The link in the letter after registering: it makes the account, for who typed its password."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from marketplace.accounts import registrations
from marketplace.accounts.models import Registration, SignIn, User
from marketplace.storage.database import db, transaction, utcnow
from tests import cast
from tests.accounts.browsing import errors, flashed, is_signed_in, register, submit
from tests.letters import link_in, post

EMAIL = "nina@example.com"


@pytest.fixture
def link(app: Flask, client: FlaskClient) -> str:
    """Where Nina's letter leads. She has registered in ``client``."""
    register(client, EMAIL)
    [letter] = post(app)
    return link_in(letter)


def test_looking_at_the_link_changes_nothing(app: Flask, client: FlaskClient, link: str):
    """Mail programs and scanners look at links before people do."""
    for _ in range(2):
        for answer in (client.get(link), client.head(link), app.test_client().get(link)):
            assert answer.status_code == 200
    assert people(app) == []
    assert not is_signed_in(client)


def test_in_the_same_browser_one_click_is_enough(app: Flask, client: FlaskClient, link: str):
    assert 'name="password"' not in client.get(link).text
    answer = submit(client, link)
    assert (answer.status_code, answer.location) == (303, "/marketplace")
    assert flashed(client.get("/marketplace")) == ["Welcome! Your account is ready."]
    assert people(app) == [EMAIL]
    assert is_signed_in(client)


def test_another_browser_is_asked_for_the_password(app: Flask, client: FlaskClient, link: str):
    phone = app.test_client()
    assert 'name="password"' in phone.get(link).text
    answer = submit(phone, link, password=cast.PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/marketplace")
    assert is_signed_in(phone)
    assert not is_signed_in(client)


@pytest.mark.parametrize("password", ["", "wrong", cast.PASSWORD + "x" * 200, "x" * 5000])
def test_a_wrong_password_opens_nothing_and_leaves_the_link_good(
    app: Flask, link: str, password: str
):
    """Who registers somebody else's address must not have the account that its owner opens."""
    phone = app.test_client()
    answer = submit(phone, link, password=password)
    assert answer.status_code == 422
    assert errors(answer) == {
        "password": "This is not the password that was chosen for this account."
    }
    assert people(app) == []
    assert submit(phone, link, password=cast.PASSWORD).status_code == 303


def test_the_browser_that_registered_has_no_link_in_its_cookie(client: FlaskClient, link: str):
    """A cookie can be read by whose browser it is in: that would make the letter needless."""
    token = link.rpartition("/")[2]
    with client.session_transaction() as cookie:
        assert token not in str(dict(cookie))
        assert cookie["registration"] == registrations.name_of(token)
    assert submit(client, f"/verify/{registrations.name_of(token)}").status_code == 410


def test_the_account_that_comes_to_be_is_the_one_of_the_link(app: Flask, link: str):
    """A stranger registers the same address after Nina: each letter carries its own."""
    stranger = app.test_client()
    register(stranger, EMAIL, "Mallory", password="mallory's own")
    [letter] = post(app)
    assert submit(app.test_client(), link_in(letter), password=cast.PASSWORD).status_code == 422
    nina = app.test_client()
    submit(nina, link, password=cast.PASSWORD)
    assert 'value="Nina"' in nina.get("/profile").text
    assert is_refused(stranger, link_in(letter)), "what else waited for the address has ended"
    assert submit(stranger, "/login", email=EMAIL, password="mallory's own").status_code == 422


def test_a_link_works_once(app: Flask, client: FlaskClient, link: str):
    submit(client, link)
    submit(client, "/logout")
    assert is_refused(client, link, password=cast.PASSWORD)
    assert people(app) == [EMAIL]


def test_who_follows_it_again_while_signed_in_goes_on(client: FlaskClient, link: str):
    submit(client, link)
    assert client.get("/marketplace").status_code == 200, "the welcome has been read"
    assert client.get(link).location == "/marketplace"
    assert submit(client, link).location == "/marketplace"
    assert flashed(client.get("/marketplace")) == []


def test_clicking_twice_leaves_one_signed_in(app: Flask, client: FlaskClient, link: str):
    """The second click was sent with the cookie of before: its answer must not bring that back."""
    form = {"csrf_token": cast.token(client)}
    before = client.get_cookie("session")
    assert before
    client.post(link, data=form)
    second = app.test_client()
    second.set_cookie("session", before.value)
    answer = second.post(link, data=form)
    assert "Set-Cookie" not in answer.headers
    assert 'href="/login"' in answer.text
    assert is_signed_in(client)


def test_a_link_works_for_a_week(app: Flask, client: FlaskClient, link: str):
    age(app, registrations.LIFETIME - timedelta(minutes=1))
    assert client.get(link).status_code == 200
    age(app, registrations.LIFETIME + timedelta(minutes=1))
    assert is_refused(client, link)
    assert people(app) == []


@pytest.mark.parametrize("end", ["x", "x.y.z", "%00", "é", ".", "x" * 3000])
def test_a_made_up_link_leads_on(client: FlaskClient, end: str):
    assert is_refused(client, f"/verify/{end}")


def test_what_nobody_finished_is_removed_and_does_not_block_the_address(
    app: Flask, client: FlaskClient, link: str
):
    with app.app_context():
        registrations.tidy()
        assert count(Registration) == 1
    age(app, registrations.LIFETIME + timedelta(minutes=1))
    with app.app_context():
        registrations.tidy()
        assert count(Registration) == 0
    register(client, EMAIL)
    [letter] = post(app)
    assert submit(client, link_in(letter)).status_code == 303


def test_the_link_for_an_address_that_has_an_account_makes_none(app_context: None, sam: User):
    """It is sent to nobody; but the address may also get its account while two links are followed.
    Mechanism: ``complete``, which knows what the unique index of addresses tells."""
    asked = registrations.find(registrations.begin("Mallory", sam.email, "mallory's own"))
    assert asked
    assert registrations.complete(asked) is None
    assert count(User) == 1
    assert db.session.get_one(User, sam.id).name == "Sam"


def test_who_was_signed_in_there_is_so_no_longer(app: Flask, client: FlaskClient, sam: User):
    link = link_of(app, client)
    shared = cast.browser_of(app, sam)
    submit(shared, link, password=cast.PASSWORD)
    assert 'value="Nina"' in shared.get("/profile").text
    with app.app_context():
        assert count(SignIn) == 1


def test_making_the_account_takes_the_token(app: Flask, client: FlaskClient, link: str):
    assert client.post(link).status_code == 400
    assert people(app) == []


def link_of(app: Flask, client: FlaskClient) -> str:
    register(client, EMAIL)
    [letter] = post(app)
    return link_in(letter)


def people(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(User.email)))


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def age(app: Flask, by: timedelta) -> None:
    """Let all registrations have begun so long ago."""
    with app.app_context():
        transaction(
            lambda: db.session.execute(update(Registration).values(created_at=utcnow() - by))
        )()


def is_refused(client: FlaskClient, link: str, **fields: str) -> bool:
    """By GET and by POST, with the way on."""
    answers: list[TestResponse] = [client.get(link), submit(client, link, **fields)]
    for each in answers:
        assert 'href="/login"' in each.text
        assert 'href="/register"' in each.text
    return all(each.status_code == 410 for each in answers)
