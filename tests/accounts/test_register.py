"""Registering makes an account, signs nobody in, and does not tell whether there was one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from marketplace.accounts import people
from marketplace.accounts.models import SignIn, User
from marketplace.database import db
from marketplace.errors import InvalidError
from tests import cast
from tests.accounts.browsing import (
    errors,
    flashed,
    is_signed_in,
    link_in,
    post,
    sign_in,
    submit,
)

NINA = {"name": "Nina", "email": "nina@example.com", "password": "a long enough one"}


def test_a_new_person_can_sign_in_afterwards_and_not_before(app: Flask, client: FlaskClient):
    answer = submit(client, "/register", **NINA)
    assert (answer.status_code, answer.location) == (303, "/login")
    assert not is_signed_in(client)
    assert count(app, SignIn) == 0
    submit(client, "/login", email=NINA["email"], password=NINA["password"])
    assert is_signed_in(client)


def test_the_sign_in_page_then_says_what_to_do(client: FlaskClient):
    answer = submit(client, "/register", **NINA)
    assert flashed(client.get(answer.location)) == [
        "Thank you! We have sent you a mail. Sign in with your email address and password."
    ]


def test_where_one_was_going_is_kept_from_the_listing_to_the_end(client: FlaskClient):
    asked = client.get("/register?next=/marketplace/7/contact")
    assert '<input type="hidden" name="next" value="/marketplace/7/contact">' in asked.text
    assert 'href="/login?next=/marketplace/7/contact"' in asked.text
    answer = submit(client, "/register", next="/marketplace/7/contact", **NINA)
    assert answer.location == "/login?next=/marketplace/7/contact"
    signed_in = submit(
        client,
        answer.location,
        email=NINA["email"],
        password=NINA["password"],
        next="/marketplace/7/contact",
    )
    assert signed_in.location == "/marketplace/7/contact"


def test_a_taken_address_is_answered_like_a_new_one(app: Flask, client: FlaskClient, sam: User):
    taken = submit(client, "/register", next="/messages", **{**NINA, "email": "SAM@example.com"})
    said_of_taken = flashed(client.get(taken.location))
    other = app.test_client()
    new = submit(other, "/register", next="/messages", **NINA)
    assert (taken.status_code, taken.location) == (new.status_code, new.location)
    assert said_of_taken == flashed(other.get(new.location)) != []
    assert sorted(dict(taken.headers)) == sorted(dict(new.headers))
    assert taken.text == new.text


def test_a_taken_address_keeps_its_account_and_its_owner_is_told(
    app: Flask, client: FlaskClient, sam: User
):
    submit(client, "/register", name="Mallory", email="sam@example.com", password="mallory's own")
    assert count(app, User) == 1
    assert not sign_in(client, sam, "mallory's own").location
    assert sign_in(client, sam).location == "/marketplace"
    [letter] = post(app)
    assert letter["To"] == "sam@example.com"
    assert letter["Subject"] == "You have an account already"
    assert "Hello Sam," in letter.get_content()
    assert "Mallory" not in letter.get_content()
    assert "http://localhost/reset" in letter.get_content()


def test_a_new_person_is_welcomed(app: Flask, client: FlaskClient):
    submit(client, "/register", **NINA)
    [letter] = post(app)
    assert (letter["To"], letter["Subject"]) == (NINA["email"], "Welcome to the marketplace")
    assert link_in(letter) == "/login"
    assert NINA["password"] not in letter.get_content()


def test_five_at_one_instant_make_one_account_and_five_equal_answers(app: Flask):
    """Both databases: the unique index decides, not a look before. More are not let in at once."""
    barrier = Barrier(5)

    def register(_number: int) -> tuple[int, str | None]:
        client = app.test_client()
        token = cast.token(client)
        barrier.wait()
        answer = client.post("/register", data={"csrf_token": token, **NINA})
        return answer.status_code, answer.location

    with ThreadPoolExecutor(5) as pool:
        answers = set(pool.map(register, range(5)))
    assert answers == {(303, "/login")}
    assert count(app, User) == 1
    subjects = sorted(letter["Subject"] for letter in post(app))
    assert subjects == sorted(["Welcome to the marketplace"] + 4 * ["You have an account already"])


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("name", "  ", "Please enter your name."),
        ("name", "\u200b\u200d", "Please enter your name."),
        ("name", "x" * 81, "Please keep to 80 characters."),
        ("name", "Sam\r\nBcc: x@example.com", "This name has characters that cannot be shown."),
        ("name", "Sam\0", "This name has characters that cannot be shown."),
        ("name", "\u202emaS", "This name has characters that cannot be shown."),
        ("email", "", "Please enter your email address."),
        ("email", "nina", "This is not an email address. It looks like name@example.com."),
        ("email", "a@b@c", "This is not an email address. It looks like name@example.com."),
        ("email", "a" * 250 + "@example.com", "This is not an email address."),
        ("email", "nina@example.com\0", "This is not an email address."),
        ("password", "1234567", "Please take at least 8 characters."),
        ("password", "", "Please take at least 8 characters."),
        ("password", "x" * 5000, "Please keep to 128 characters."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(
    app: Flask, client: FlaskClient, field: str, value: str, error: str
):
    answer = submit(client, "/register", next="/messages", **{**NINA, field: value})
    assert answer.status_code == 422
    assert list(errors(answer)) == [field]
    assert errors(answer)[field].startswith(error)
    kept = {"name", "email"} - {field}
    assert all(f'value="{NINA[name]}"' in answer.text for name in kept)
    assert 'name="next" value="/messages"' in answer.text
    assert NINA["password"] not in answer.text
    assert count(app, User) == 0


@pytest.mark.parametrize("name", ["X", "x" * 80, "  Léa 👩‍🌾 ", "李", "O'Brien <b>"])
def test_names_are_trimmed_and_otherwise_kept(app: Flask, client: FlaskClient, name: str):
    submit(client, "/register", **{**NINA, "name": name})
    assert stored(app).name == name.strip()


@pytest.mark.parametrize("password", ["12345678", "x" * 128, "ﷺ" * 128, "nul\0 inside", "        "])
def test_passwords_from_the_shortest_to_the_longest_open_the_account(
    client: FlaskClient, password: str
):
    submit(client, "/register", **{**NINA, "password": password})
    submit(client, "/login", email=NINA["email"], password=password)
    assert is_signed_in(client)


def test_an_address_is_kept_in_one_normal_form(app: Flask, client: FlaskClient):
    submit(client, "/register", **{**NINA, "email": " Nina.Z@BÜCHER.example.com "})
    assert stored(app).email == "nina.z@xn--bcher-kva.example.com"
    submit(client, "/login", email="NINA.Z@bücher.example.com", password=NINA["password"])
    assert is_signed_in(client)


def test_the_password_is_stored_as_argon2id(app: Flask, client: FlaskClient):
    submit(client, "/register", **NINA)
    assert stored(app).password.startswith("$argon2id$")


def test_nothing_is_stored_without_the_token(app: Flask, client: FlaskClient):
    assert client.post("/register", data=NINA).status_code == 400
    assert count(app, User) == 0


def test_json_is_no_way_around_the_form(app: Flask, client: FlaskClient):
    headers = {"X-CSRFToken": cast.token(client)}
    answer = client.post("/register", json=NINA, headers=headers)
    assert answer.status_code == 415
    assert count(app, User) == 0


def test_who_is_signed_in_is_sent_on(as_sam: FlaskClient):
    assert as_sam.get("/register").location == "/marketplace"


def test_the_verb_refuses_what_the_form_refuses(app_context: None):
    with pytest.raises(InvalidError) as refused:
        people.register(" ", "nina@example.com", "a long enough one")
    assert refused.value.field == "name"


def count(app: Flask, model: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def stored(app: Flask) -> User:
    with app.app_context():
        return db.session.scalars(select(User)).one()
