"""Registering sends a letter, makes no account, and does not tell whether there is one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from marketplace.accounts import people, registrations
from marketplace.accounts.models import Registration, SignIn, User
from marketplace.storage.database import db
from marketplace.texts.errors import InvalidError
from tests import cast
from tests.accounts.browsing import errors, is_signed_in, join, register, sign_in, submit
from tests.letters import link_in, post
from tests.queries import counted

WRONG = {"password": "This email address and this password do not go together."}
NINA = {"name": "Nina", "email": "nina@example.com", "password": "a long enough one"}


def test_a_new_person_is_signed_in_by_the_letters_link_and_not_before(
    app: Flask, client: FlaskClient
):
    answer = submit(client, "/register", **NINA)
    assert (answer.status_code, answer.location) == (303, "/register/sent")
    assert "We have sent you a mail." in client.get(answer.location).text
    assert not is_signed_in(client)
    assert (count(app, User), count(app, SignIn)) == (0, 0)
    [letter] = post(app)
    assert submit(client, link_in(letter)).location == "/marketplace"
    assert is_signed_in(client)
    assert count(app, User) == 1


def test_where_one_was_going_is_kept_from_the_listing_to_the_end(app: Flask, client: FlaskClient):
    asked = client.get("/register?next=/marketplace/7/contact")
    assert '<input type="hidden" name="next" value="/marketplace/7/contact">' in asked.text
    assert 'href="/login?next=/marketplace/7/contact"' in asked.text
    answer = submit(client, "/register", next="/marketplace/7/contact", **NINA)
    assert answer.location == "/register/sent?next=/marketplace/7/contact"
    said = client.get(answer.location).text
    assert 'href="/login?next=/marketplace/7/contact"' in said
    assert 'href="/register?next=/marketplace/7/contact"' in said
    [letter] = post(app)
    assert "contact" not in letter.get_content()
    assert submit(client, link_in(letter)).location == "/marketplace/7/contact"


def test_a_text_for_a_seller_is_there_again_at_the_end(
    app: Flask, client: FlaskClient, bicycle: int
):
    """Signed out and unknown: contact, register, mail, link, and one click from sent."""
    path = f"/marketplace/{bicycle}/contact"
    to_sign_in = submit(client, path, body="Is it still there?")
    assert to_sign_in.location == f"/login?next={path}"
    arrived = join(app, client, "nina@example.com", next=path)
    assert "Is it still there?" in client.get(arrived.location).text


def test_a_taken_address_is_answered_like_a_new_one(app: Flask, client: FlaskClient, sam: User):
    taken = submit(client, "/register", next="/messages", **{**NINA, "email": "SAM@example.com"})
    other = app.test_client()
    new = submit(other, "/register", next="/messages", **NINA)
    assert (taken.status_code, taken.location) == (new.status_code, new.location)
    assert sorted(dict(taken.headers)) == sorted(dict(new.headers))
    assert taken.text == new.text
    assert cookie_of(client).keys() == cookie_of(other).keys()
    assert without_tokens(client.get(taken.location)) == without_tokens(other.get(new.location))


def test_signing_in_after_registering_tells_nothing_either(
    app: Flask, client: FlaskClient, sam: User
):
    """With the password that was registered. Before, an account that was new let one in."""
    answers = []
    for email in (sam.email, "nina@example.com"):
        browser = app.test_client()
        register(browser, email, password="the stranger's own")
        answers.append(submit(browser, "/login", email=email, password="the stranger's own"))
        assert not is_signed_in(browser)
    taken, new = answers
    assert (taken.status_code, errors(taken)) == (new.status_code, errors(new)) == (422, WRONG)
    assert without_tokens(taken).replace(sam.email, "nina@example.com") == without_tokens(new)


def test_the_request_does_the_same_for_a_taken_address(app: Flask, client: FlaskClient, sam: User):
    """Whatever it did for one and not for the other could be timed."""
    token, done = cast.token(client), {}
    for email in (sam.email, "nina@example.com"):
        with counted() as seen:
            client.post("/register", data={"csrf_token": token, **NINA, "email": email})
        done[email] = [statement.split("(")[0] for statement in seen]
    assert done[sam.email] == done["nina@example.com"] != []


def test_a_taken_address_keeps_its_account_and_its_owner_is_told(
    app: Flask, client: FlaskClient, sam: User
):
    register(client, "Sam@example.com", "Mallory", password="mallory's own")
    assert count(app, User) == 1
    assert not sign_in(client, sam, "mallory's own").location
    assert sign_in(client, sam).location == "/marketplace"
    [letter] = post(app)
    assert letter["To"] == "sam@example.com"
    assert letter["Subject"] == "You have an account already"
    assert "http://localhost/reset" in letter.get_content()


@pytest.mark.parametrize("email", ["sam@example.com", "nina@example.com"])
def test_a_letter_says_nothing_that_was_typed(app: Flask, sam: User, email: str):
    """Anybody can have one sent to anybody: with a text of their own it would be their letter."""
    spam = "You won the lottery, claim it"
    register(app.test_client(), email, spam, password=spam, next="/marketplace?q=evil.example")
    [letter] = post(app)
    assert "evil" not in letter.as_string()
    assert "lottery" not in letter.as_string()


def test_five_at_one_instant_get_five_equal_answers_and_make_one_account(app: Flask):
    """Both databases. More are not let in at once."""
    barrier = Barrier(5)

    def register_once(_number: int) -> tuple[int, str | None]:
        client = app.test_client()
        token = cast.token(client)
        barrier.wait()
        answer = client.post("/register", data={"csrf_token": token, **NINA})
        return answer.status_code, answer.location

    with ThreadPoolExecutor(5) as pool:
        answers = set(pool.map(register_once, range(5)))
    assert answers == {(303, "/register/sent")}
    letters = post(app)
    assert [letter["To"] for letter in letters] == [NINA["email"]] * 5
    for letter in letters:
        submit(app.test_client(), link_in(letter), password=NINA["password"])
    assert count(app, User) == 1


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("name", "  ", "Please enter your name."),
        ("name", "\u200b\u200d", "Please enter your name."),
        ("name", "x" * 81, "Please keep to 80 characters."),
        ("name", "\u3164\u2800", "Please enter your name."),
        ("name", "Sam\0", "This text holds a character that cannot be stored."),
        ("name", "a\u0301" * 81, "Please keep to 80 characters."),
        ("name", "x" * 5_000, "Please keep to 80 characters."),
        ("email", "", "Please enter your email address."),
        ("email", "nina", "This is not an email address. It looks like name@example.com."),
        ("email", "a@b@c", "This is not an email address. It looks like name@example.com."),
        ("email", "a" * 250 + "@example.com", "This is not an email address."),
        ("email", "nina@example.com\0", "This is not an email address."),
        ("email", "e\u0301" * 500 + "@example.com", "This is not an email address."),
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
    assert count(app, Registration) == 0


@pytest.mark.parametrize("name", ["X", "x" * 80, "  Léa 👩‍🌾 ", "李", "O'Brien <b>"])
def test_names_are_trimmed_and_otherwise_kept(app: Flask, client: FlaskClient, name: str):
    join(app, client, "nina@example.com", name=name)
    assert stored(app).name == name.strip()


@pytest.mark.parametrize("password", ["12345678", "x" * 128, "ﷺ" * 128, "nul\0 inside", "        "])
def test_passwords_from_the_shortest_to_the_longest_open_the_account(
    app: Flask, client: FlaskClient, password: str
):
    join(app, app.test_client(), NINA["email"], password=password)
    submit(client, "/login", email=NINA["email"], password=password)
    assert is_signed_in(client)


def test_an_address_is_kept_in_one_normal_form(app: Flask, client: FlaskClient):
    join(app, app.test_client(), " Nina.Z@BÜCHER.example.com ", password=NINA["password"])
    assert stored(app).email == "nina.z@xn--bcher-kva.example.com"
    submit(client, "/login", email="NINA.Z@bücher.example.com", password=NINA["password"])
    assert is_signed_in(client)


def test_the_password_is_stored_as_argon2id(app: Flask, client: FlaskClient):
    join(app, client, NINA["email"])
    assert stored(app).password.startswith("$argon2id$")


def test_nothing_is_stored_without_the_token(app: Flask, client: FlaskClient):
    assert client.post("/register", data=NINA).status_code == 400
    assert count(app, Registration) == 0


def test_json_is_no_way_around_the_form(app: Flask, client: FlaskClient):
    headers = {"X-CSRFToken": cast.token(client)}
    answer = client.post("/register", json=NINA, headers=headers)
    assert answer.status_code == 415
    assert count(app, Registration) == 0


def test_who_is_signed_in_is_sent_on(as_sam: FlaskClient):
    for path in ("/register", "/register/sent"):
        assert as_sam.get(path).location == "/marketplace"


def test_an_address_is_measured_before_it_is_looked_at(
    app_context: None, monkeypatch: pytest.MonkeyPatch
):
    """470 kB of combining marks cost four seconds, and that when already limited, too."""
    monkeypatch.setattr(people, "validate_email", None)
    with pytest.raises(InvalidError):
        people.read_email("e" + "\u0301" * 235_000 + "@example.com")


def test_the_verb_refuses_what_the_form_refuses(app_context: None):
    with pytest.raises(InvalidError) as refused:
        registrations.begin(" ", "nina@example.com", "a long enough one")
    assert refused.value.field == "name"


def count(app: Flask, model: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def stored(app: Flask) -> User:
    with app.app_context():
        return db.session.scalars(select(User)).one()


def cookie_of(client: FlaskClient) -> dict[str, Any]:
    with client.session_transaction() as cookie:
        return dict(cookie)


def without_tokens(answer: TestResponse) -> str:
    return "".join(line for line in answer.text.splitlines() if "csrf" not in line)
