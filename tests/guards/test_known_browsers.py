"""Strangers who try passwords lock nobody out of a browser of their own, nor out for good."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from tests import cast
from tests.guards.conftest import HTTPS
from tests.guards.forms import browser_at, log_in, shut_out, submit
from tests.letters import link_in, post

HERE = "203.0.113.1"


@pytest.fixture
def known(limited: Flask, sam: User) -> FlaskClient:
    """Sam's browser: he has signed in in it before, and out again."""
    client = browser_at(limited, HERE)
    assert log_in(client, sam.email, cast.PASSWORD).status_code == 303
    submit(client, "/logout")
    return client


def test_a_browser_that_has_signed_in_before_is_counted_apart(
    limited: Flask, sam: User, known: FlaskClient
):
    """Mechanism: ``known_browsers`` in ``counted_for``."""
    shut_out(limited, sam)
    assert log_in(browser_at(limited, HERE), sam.email, cast.PASSWORD).status_code == 429
    assert log_in(known, sam.email.upper()).status_code == 422
    assert log_in(known, sam.email, cast.PASSWORD).status_code == 303


def test_it_is_limited_all_the_same(limited: Flask, sam: User, known: FlaskClient):
    answers = [log_in(known, sam.email).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    assert log_in(known, sam.email, cast.PASSWORD).status_code == 429
    assert log_in(browser_at(limited, HERE), sam.email, cast.PASSWORD).status_code == 303


def test_copies_of_its_cookie_share_its_count(limited: Flask, sam: User, known: FlaskClient):
    copies = [browser_at(limited, f"203.0.113.{number}") for number in range(2, 13)]
    for copy in copies:
        copy.set_cookie("known", cookie_of(known))
    assert [log_in(copy, sam.email).status_code for copy in copies] == [422] * 10 + [429]


def test_neighbours_who_try_passwords_do_not_lock_it_out(
    limited: Flask, sam: User, known: FlaskClient
):
    """Many people come from one address: a school's, a company's, a provider's."""
    neighbour = browser_at(limited, HERE)
    for number in range(10):
        log_in(neighbour, f"{number}@example.com")
    assert log_in(browser_at(limited, HERE), sam.email, cast.PASSWORD).status_code == 429
    assert log_in(known, sam.email, cast.PASSWORD).status_code == 303


def test_it_is_known_for_its_own_accounts_only(
    limited: Flask, bea: User, sam: User, known: FlaskClient
):
    shut_out(limited, bea)
    assert log_in(known, bea.email, cast.PASSWORD).status_code == 429


def test_several_people_share_one(limited: Flask, bea: User, sam: User, known: FlaskClient):
    log_in(known, bea.email, cast.PASSWORD)
    submit(known, "/logout")
    for person in (sam, bea):
        shut_out(limited, person)
        assert log_in(known, person.email, cast.PASSWORD).status_code == 303
        submit(known, "/logout")


@pytest.mark.parametrize("value", ["", "x", "W10.x", "WyJ4Il0.AAAA", "é", "x" * 3000])
def test_a_made_up_cookie_is_none(limited: Flask, sam: User, value: str):
    shut_out(limited, sam)
    client = browser_at(limited, HERE)
    client.set_cookie("known", value)
    assert log_in(client, sam.email, cast.PASSWORD).status_code == 429


def test_it_says_nothing_and_signs_nobody_in(
    limited: Flask, sam: User, known: FlaskClient, client: FlaskClient
):
    value = cookie_of(known)
    assert sam.email not in value
    client.set_cookie("known", value)
    assert client.get("/profile").status_code == 303


def test_a_wrong_password_makes_none(limited: Flask, sam: User):
    client = browser_at(limited, HERE)
    log_in(client, sam.email)
    assert client.get_cookie("known") is None


def test_in_production_it_is_for_this_host_by_https_and_not_for_scripts(production: Flask):
    nina = cast.person(production, "Nina")
    client = production.test_client()
    page = client.get("/login", base_url=HTTPS).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "email": nina.email, "password": cast.PASSWORD}
    answer = client.post("/login", data=form, base_url=HTTPS, headers={"Referer": HTTPS})
    [cookie] = [each for each in answer.headers.getlist("Set-Cookie") if "known" in each]
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-known=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert "Domain" not in cookie


def test_a_reset_forgets_the_tries_of_others(limited: Flask, sam: User):
    """Mechanism: ``trust(…, anew=True)``: the account's count begins anew."""
    shut_out(limited, sam)
    reset(limited, browser_at(limited, HERE), sam)
    elsewhere = browser_at(limited, "203.0.113.2")
    assert log_in(elsewhere, sam.email, "new password").status_code == 303


def test_the_browser_of_a_reset_is_known_whoever_goes_on_trying(limited: Flask, sam: User):
    client = browser_at(limited, HERE)
    shut_out(limited, sam)
    reset(limited, client, sam)
    shut_out(limited, sam)
    assert log_in(client, sam.email, "new password").status_code == 303


def reset(app: Flask, client: FlaskClient, user: User) -> None:
    submit(client, "/reset", email=user.email)
    letter = [each for each in post(app) if each["Subject"] == "Choose a new password"][-1]
    assert submit(client, link_in(letter), password="new password").location == "/login"


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("known")
    assert cookie
    return cookie.value
