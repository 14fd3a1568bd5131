"""Registering and asking for links: limited for who asks, and for who would get the mail."""

from collections.abc import Iterator

import pytest
from flask import Flask

from marketplace.accounts.models import User
from tests import cast
from tests.accounts.browsing import flashed
from tests.guards.forms import browser_at, submit
from tests.letters import post

HOUR_SECONDS = 3600


@pytest.fixture(autouse=True)
def empty_outbox(app: Flask) -> Iterator[None]:
    post(app)
    yield
    post(app)


def test_the_eleventh_registration_from_an_address_is_refused(limited: Flask):
    """Mechanism: REGISTRATIONS in the view."""
    client = browser_at(limited, "203.0.113.1")
    for number in range(10):
        assert register(client, f"{number}@example.com").status_code == 303
    refused = register(client, "11@example.com")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= HOUR_SECONDS
    assert 'value="11@example.com"' in refused.text
    assert 'value="Bea"' in refused.text
    assert len(post(limited)) == 10
    assert register(browser_at(limited, "203.0.113.2"), "11@example.com").status_code == 303


def test_a_slip_in_the_form_is_no_registration(limited: Flask):
    client = browser_at(limited, "203.0.113.1")
    for _ in range(12):
        answer = submit(client, "/register", name="Bea", email="bea", password="long enough")
        assert answer.status_code == 422
    assert register(client, "bea@example.com").status_code == 303


@pytest.mark.parametrize("email", ["sam@example.com", "nobody@example.com"])
def test_registering_an_address_again_and_again_ends_in_three_letters(
    limited: Flask, sam: User, email: str
):
    """Mechanism: ``may_be_written_to``. Nobody fills somebody else's mailbox."""
    for number in range(5):
        client = browser_at(limited, f"203.0.113.{number}")
        answer = register(client, email)
        assert (answer.status_code, answer.location) == (303, "/register/sent")
    assert [letter["To"] for letter in post(limited)] == [email] * 3


def test_an_account_gets_three_links_an_hour_and_who_asks_is_not_told(limited: Flask, sam: User):
    """Mechanism: ``may_be_written_to``."""
    said = set()
    for number in range(6):
        client = browser_at(limited, f"203.0.113.{number}")
        answer = submit(client, "/reset", email=sam.email.upper() if number % 2 else sam.email)
        assert (answer.status_code, answer.location) == (303, "/login")
        said.update(sentence.lower() for sentence in flashed(client.get("/login")))
    assert len(said) == 1
    assert len(post(limited)) == 3


def test_the_eleventh_link_asked_for_from_an_address_is_refused(limited: Flask):
    client = browser_at(limited, "203.0.113.1")
    for number in range(10):
        assert submit(client, "/reset", email=f"{number}@example.com").status_code == 303
    refused = submit(client, "/reset", email="11@example.com")
    assert refused.status_code == 429
    assert "Retry-After" in refused.headers
    assert 'value="11@example.com"' in refused.text


def register(client, email: str):
    return submit(client, "/register", name="Bea", email=email, password=cast.PASSWORD)
