"""Signing in: who may, where it leads, and what a failure does not tell."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.accounts.security import CSRF_KEY, SIGN_IN_KEY
from marketplace.storage.database import db, transaction
from tests import cast
from tests.accounts.browsing import errors, is_signed_in, sign_in, submit

ELSEWHERE = [
    "//example.org",
    "///example.org",
    "/\\example.org",
    "\\\\example.org",
    "https://example.org",
    "https:/example.org",
    "http://localhost/messages",
    "javascript:alert(1)",
    "\tjavascript:alert(1)",
    "/\t/example.org",
    "/\n/example.org",
    " //example.org",
    "/ /example.org",
    "messages",
    "?next=/messages",
    "/" + "x" * 2000,
]


def test_the_right_password_opens_the_account(client: FlaskClient, sam: User):
    answer = sign_in(client, sam)
    assert (answer.status_code, answer.location) == (303, "/marketplace")
    assert is_signed_in(client)


@pytest.mark.parametrize("address", ["SAM@EXAMPLE.COM", " sam@example.com ", "Sam@Example.Com"])
def test_an_address_is_the_same_in_any_case(client: FlaskClient, sam: User, address: str):
    submit(client, "/login", email=address, password=cast.PASSWORD)
    assert is_signed_in(client)


def test_a_password_is_not(client: FlaskClient, sam: User):
    sign_in(client, sam, cast.PASSWORD.upper())
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("address", "password"),
    [
        ("sam@example.com", "wrong"),
        ("nobody@example.com", cast.PASSWORD),
        ("banned@example.com", cast.PASSWORD),
        ("sam@example.com", ""),
        ("sam@example.com", "x" * 5000),
        ("sam@example.com", cast.PASSWORD + "x" * 128),
        ("not an address", "wrong"),
        ("", ""),
        ("nul\0@example.com", "nul\0"),
    ],
)
def test_every_failure_looks_the_same(
    app: Flask, client: FlaskClient, sam: User, address: str, password: str
):
    ban(app, cast.person(app, "Banned"))
    answer = submit(client, "/login", email=address, password=password, next="/messages")
    assert answer.status_code == 422
    assert errors(answer) == {
        "password": "This email address and this password do not go together."
    }
    assert 'name="next" value="/messages"' in answer.text
    assert not is_signed_in(client)


def test_an_unknown_address_costs_the_same_hashing(
    app: Flask, client: FlaskClient, sam: User, monkeypatch: pytest.MonkeyPatch
):
    """Without the hash for nobody, the answer for an unknown address comes 20 ms sooner."""
    hashing = app.extensions["security"].pwd_context
    done: list[str] = []
    for name in ("hash", "verify"):
        real = getattr(hashing, name)
        monkeypatch.setattr(
            hashing, name, lambda *given, real=real: (done.append("once"), real(*given))[1]
        )
    for address in ("sam@example.com", "nobody@example.com", "not an address"):
        done.clear()
        submit(client, "/login", email=address, password="wrong")
        assert done == ["once"], address


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_sent_elsewhere(client: FlaskClient, sam: User, target: str):
    page = client.get("/login", query_string={"next": target})
    assert page.status_code == 200
    assert 'name="next" value="/' not in page.text.split("<main")[1].split("</main")[0]
    by_form = submit(client, "/login", email=sam.email, password=cast.PASSWORD, next=target)
    assert by_form.location == "/marketplace"
    assert client.get("/login", query_string={"next": target}).location == "/marketplace"


@pytest.mark.parametrize(
    "target", ["/messages/7", "/marketplace?q=v%C3%A9lo&page=2", "/marketplace/7/contact", "/"]
)
def test_a_page_of_ours_is_gone_on_to(client: FlaskClient, sam: User, target: str):
    """Asked for by GET, kept through a failed try, and through who is signed in already."""
    page = client.get("/login", query_string={"next": target})
    hidden = f'name="next" value="{target.replace("&", "&amp;")}"'
    assert hidden in page.text
    failed = submit(client, "/login", email=sam.email, password="wrong", next=target)
    assert hidden in failed.text
    answer = submit(client, "/login", email=sam.email, password=cast.PASSWORD, next=target)
    assert (answer.status_code, answer.location) == (303, target)
    assert client.get("/login", query_string={"next": target}).location == target


def test_the_links_keep_where_one_was_going(client: FlaskClient):
    page = client.get("/login?next=/messages").text
    assert 'href="/register?next=/messages"' in page
    assert 'href="/reset?next=/messages"' in page


def test_without_the_token_nobody_is_signed_in(client: FlaskClient, sam: User):
    fields = {"email": sam.email, "password": cast.PASSWORD}
    assert client.post("/login", data=fields).status_code == 400
    assert not is_signed_in(client)


def test_the_token_is_a_new_one_afterwards(client: FlaskClient, sam: User):
    """A cookie planted before signing in must not tell its planter the token used after."""
    cast.token(client)
    with client.session_transaction() as cookie:
        planted = cookie[CSRF_KEY]
    sign_in(client, sam)
    with client.session_transaction() as cookie:
        assert cookie[CSRF_KEY] != planted


def test_a_planted_cookie_is_not_signed_in_with_its_victim(
    app: Flask, client: FlaskClient, sam: User
):
    cast.token(client)
    planted = client.get_cookie("session")
    assert planted
    sign_in(client, sam)
    fresh = client.get_cookie("session")
    assert fresh
    assert fresh.value != planted.value
    attacker = app.test_client()
    attacker.set_cookie("session", planted.value)
    assert not is_signed_in(attacker)


def test_each_browser_has_a_sign_in_of_its_own(app: Flask, sam: User):
    ids = set()
    for _ in range(2):
        client = app.test_client()
        sign_in(client, sam)
        with client.session_transaction() as cookie:
            ids.add(cookie[SIGN_IN_KEY])
    assert len(ids) == 2


def test_an_older_hash_is_made_anew_when_its_owner_signs_in(
    app: Flask, client: FlaskClient, sam: User
):
    weaker = app.extensions["security"].pwd_context.using(argon2__rounds=3)
    set_hash(app, sam, weaker.hash(cast.PASSWORD))
    sign_in(client, sam)
    with app.app_context():
        now = db.session.get_one(User, sam.id)
        assert ",t=1," in now.password
    other = app.test_client()
    sign_in(other, sam)
    assert is_signed_in(other)


def test_what_a_signed_in_page_answers_sets_no_cookie(client: FlaskClient, sam: User):
    """Opening and signing it anew would cost every poll more than its query."""
    sign_in(client, sam)
    for browser in ("the one of the sign-in", "one that calls itself another name"):
        answer = client.get("/profile", headers={"User-Agent": browser})
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers


def test_the_cookie_is_for_this_site_and_not_for_scripts(client: FlaskClient, sam: User):
    cookie = sign_in(client, sam).headers["Set-Cookie"]
    assert "; HttpOnly" in cookie
    assert "; SameSite=Lax" in cookie
    assert "; Expires=" in cookie


def ban(app: Flask, user: User) -> None:
    with app.app_context():
        transaction(lambda: setattr(db.session.get_one(User, user.id), "active", False))()


def set_hash(app: Flask, user: User, password_hash: str) -> None:
    with app.app_context():
        transaction(lambda: setattr(db.session.get_one(User, user.id), "password", password_hash))()
