"""Trying passwords: ten times in 15 minutes for an account, and as often from one address."""

import sqlite3
import threading
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts import people
from marketplace.accounts.models import User
from marketplace.texts.errors import BusyError
from tests import cast
from tests.guards.forms import browser_at, log_in, shut_out, submit

WINDOW_SECONDS = 15 * 60


@pytest.mark.parametrize("known", [True, False])
def test_the_eleventh_try_of_an_account_is_refused_from_anywhere(
    limited: Flask, sam: User, known: bool
):
    """Mechanism: ``tries.counted``. An account that does not exist is limited the same."""
    email = sam.email if known else "nobody@example.com"
    spellings = [email, email.upper(), f" {email} "]
    for number in range(10):
        client = browser_at(limited, f"203.0.113.{number}")
        assert log_in(client, spellings[number % 3]).status_code == 422
    refused = log_in(browser_at(limited, "203.0.113.99"), email, cast.PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= WINDOW_SECONDS


def test_other_accounts_are_not_meant(limited: Flask, sam: User, bea: User):
    for number in range(11):
        log_in(browser_at(limited, f"203.0.113.{number}"), sam.email)
    other = browser_at(limited, "203.0.113.99")
    assert log_in(other, bea.email, cast.PASSWORD).status_code == 303


def test_the_eleventh_failure_from_an_address_is_refused_for_any_account(limited: Flask, sam: User):
    client = browser_at(limited, "203.0.113.1")
    answers = [log_in(client, f"{number}@example.com").status_code for number in range(11)]
    assert answers == [422] * 10 + [429]
    assert log_in(client, sam.email, cast.PASSWORD).status_code == 429
    elsewhere = browser_at(limited, "203.0.113.2")
    assert log_in(elsewhere, sam.email, cast.PASSWORD).status_code == 303


def test_an_owner_of_many_addresses_has_one_limit(limited: Flask):
    for number in range(10):
        log_in(browser_at(limited, f"2001:db8::{number:x}"), f"{number}@example.com")
    assert log_in(browser_at(limited, "2001:db8::ffff"), "11@example.com").status_code == 429
    assert log_in(browser_at(limited, "2001:db8:0:1::1"), "11@example.com").status_code == 422


def test_who_signs_in_is_not_counted(limited: Flask, sam: User):
    """Many people share an address, and one person has many browsers."""
    for _ in range(15):
        client = browser_at(limited, "203.0.113.1")
        assert log_in(client, sam.email, cast.PASSWORD).status_code == 303
    assert log_in(browser_at(limited, "203.0.113.1"), sam.email).status_code == 422


def test_tries_made_at_once_are_no_more_than_in_turn(limited: Flask, sam: User):
    """Mechanism: a try is counted before the password is looked at, not after."""
    tokens = [browser_at(limited, f"203.0.113.{number}") for number in range(30)]
    forms = [
        {"csrf_token": cast.token(client), "email": sam.email, "password": "wrong"}
        for client in tokens
    ]
    together, seen = threading.Barrier(30), Counter[int]()

    def try_one(client: FlaskClient, form: dict[str, str]) -> None:
        together.wait()
        answer = client.post("/login", data=form)
        while answer.status_code == 503:  # asked to come back, which costs no try
            answer = client.post("/login", data=form)
        seen[answer.status_code] += 1

    threads = [
        threading.Thread(target=try_one, args=pair) for pair in zip(tokens, forms, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {422: 10, 429: 20}


def test_what_was_not_tried_is_not_counted(
    limited: Flask, sam: User, monkeypatch: pytest.MonkeyPatch
):
    """Mechanism: ``counted`` gives back what ended in an error."""

    def busy(*_: str) -> None:
        raise BusyError

    client = browser_at(limited, "203.0.113.1")
    with monkeypatch.context() as patched:
        patched.setattr(people, "find_by_password", busy)
        assert {log_in(client, sam.email).status_code for _ in range(12)} == {503}
    assert log_in(client, sam.email, cast.PASSWORD).status_code == 303


def test_after_the_time_is_over_one_may_try_again(limited: Flask, sam: User, tmp_path: Path):
    client = browser_at(limited, "203.0.113.1")
    for _ in range(11):
        refused = log_in(client, sam.email)
    assert refused.status_code == 429
    let_pass(tmp_path, int(refused.headers["Retry-After"]) - 5)
    assert log_in(client, sam.email, cast.PASSWORD).status_code == 429
    let_pass(tmp_path, 5)
    assert log_in(client, sam.email, cast.PASSWORD).status_code == 303


def test_the_page_keeps_what_was_typed_and_says_when_to_come_back(limited: Flask):
    client = browser_at(limited, "203.0.113.1")
    for _ in range(11):
        refused = submit(
            client, "/login", email="sam@example.com", password="wrong", next="/messages"
        )
    assert refused.status_code == 429
    assert "That was too often. Please try again in 15 minutes." in refused.text
    assert 'value="sam@example.com"' in refused.text
    assert 'name="next" value="/messages"' in refused.text
    assert 'value="wrong"' not in refused.text
    assert "That was too often" not in client.get("/login").text, "it is said once"


def test_a_refusal_does_not_tell_a_right_password_from_a_wrong_one(limited: Flask, sam: User):
    for number in range(10):
        log_in(browser_at(limited, f"203.0.113.{number}"), sam.email)
    pages = [
        log_in(browser_at(limited, "203.0.113.99"), sam.email, password).text.split("<main")[1]
        for password in ("wrong", cast.PASSWORD)
    ]
    assert without_tokens(pages[0]) == without_tokens(pages[1])


def test_the_password_asked_before_a_new_one_is_limited_for_each_session(
    limited: Flask, sam: User, as_sam: FlaskClient
):
    """Whoever finds a browser open must not find the password by it, nor keep the owner out."""
    for _ in range(10):
        assert change(as_sam, "wrong").status_code == 422
    refused = change(as_sam, cast.PASSWORD)
    assert refused.status_code == 429
    assert "Retry-After" in refused.headers
    assert log_in(browser_at(limited, "203.0.113.2"), sam.email, cast.PASSWORD).status_code == 303
    assert change(cast.browser_of(limited, sam), cast.PASSWORD).status_code == 303


def test_strangers_keep_nobody_from_a_new_password_in_their_own_session(
    limited: Flask, sam: User, as_sam: FlaskClient
):
    shut_out(limited, sam)
    assert change(as_sam, cast.PASSWORD).status_code == 303


def test_the_store_knows_no_addresses(limited: Flask, sam: User, tmp_path: Path):
    log_in(browser_at(limited, "203.0.113.77"), sam.email)
    with sqlite3.connect(tmp_path / "limits.db") as counts:
        keys = " ".join(key for (key,) in counts.execute("SELECT key FROM counts"))
    counts.close()
    assert "sign-ins" in keys
    assert "sam" not in keys.replace("same", "")
    assert "203.0.113.77" not in keys


def test_where_they_are_switched_off_nothing_is_limited(app: Flask, sam: User):
    client = browser_at(app, "203.0.113.1")
    assert {log_in(client, sam.email).status_code for _ in range(12)} == {422}
    assert log_in(client, sam.email, cast.PASSWORD).status_code == 303


def change(client: FlaskClient, password: str) -> TestResponse:
    return submit(client, "/profile/password", password=password, new_password="new password")


def let_pass(folder: Path, seconds: int) -> None:
    """Make all that is counted so much older."""
    with sqlite3.connect(folder / "limits.db") as counts:
        counts.execute("UPDATE counts SET expires_at = expires_at - ?", (seconds,))
    counts.close()


def without_tokens(page: str) -> str:
    return "".join(line for line in page.splitlines() if "csrf_token" not in line)
