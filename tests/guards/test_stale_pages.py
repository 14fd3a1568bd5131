"""A page whose token is no longer good: nothing is done, nothing that was typed is lost, and where
the aim is reached already its reader goes on."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from marketplace.messaging import conversations, messages, participants, places, reports
from tests import cast
from tests.accounts.browsing import flashed, is_signed_in
from tests.cast import place_in
from tests.catalogue.selling import FIELDS, stored
from tests.messaging.test_contact import texts
from tests.tabs import Tab

SENTENCE = "This page is out of date; please reload it and send again."
AGAIN = "This page was out of date. Nothing is done yet: please send it again."
HERE = {"Sec-Fetch-Site": "same-origin"}
LONG = "A text of five thousand characters. 🚲 " * 125


@pytest.fixture
def conversation(app: Flask, bea: User, bicycle: int) -> int:
    """One without a message yet."""
    with app.app_context():
        return conversations.open_about(bea, bicycle)


def stale(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    """Send a form from a page that was made before this browser's session."""
    return client.post(path, data={"csrf_token": "IjEi.x.y", **fields})


@pytest.mark.parametrize("kind", ["none", "another browser's", "made up"])
def test_nothing_is_stored_and_the_text_comes_back(
    app: Flask, as_bea: FlaskClient, as_olly: FlaskClient, conversation: int, kind: str
):
    """Mechanism: Flask-WTF's check of every request that writes; ``again.sent_form``."""
    token = {"none": "", "another browser's": cast.token(as_olly), "made up": "IjEi.x.y"}[kind]
    shown = as_bea.post(
        f"/messages/{conversation}", data={"csrf_token": token, "body": "Is it there?"}
    )
    assert shown.status_code == 400
    assert AGAIN in shown.text
    assert Tab(as_bea, shown).fields["body"] == "Is it there?"
    told = as_bea.post(
        f"/api/v1/conversations/{conversation}/messages",
        json={"body": "Is it there?"},
        headers={"X-CSRFToken": token},
    )
    assert told.status_code == 400
    assert told.json == {"error": {"code": "csrf", "message": SENTENCE}}
    with app.app_context():
        assert messages.latest(place_in(conversation)) == ([], False)


def test_other_bad_requests_say_something_else(as_bea: FlaskClient, conversation: int):
    answer = as_bea.get(f"/messages/{conversation}/poll?after=x")
    assert answer.status_code == 400
    assert SENTENCE not in answer.text


def test_a_message_sent_again_is_stored_once(
    app: Flask, as_bea: FlaskClient, sam: User, conversation: int
):
    shown = Tab(as_bea, stale(as_bea, f"/messages/{conversation}", body=LONG, client_id="one"))
    assert [shown.send().status_code for _ in range(2)] == [303, 303]
    assert texts(app, sam) == [LONG.strip()]


def test_a_contact_sent_again_arrives(app: Flask, as_bea: FlaskClient, sam: User, bicycle: int):
    shown = stale(as_bea, f"/marketplace/{bicycle}/contact", body="Is it there?")
    assert shown.status_code == 400
    assert Tab(as_bea, shown).send().location.startswith("/messages/")
    assert texts(app, sam) == ["Is it there?"]


def test_a_listing_sent_again_is_put_up(app: Flask, as_sam: FlaskClient):
    photos = [(io.BytesIO(b"a photo"), "a.jpg")]
    typed = FIELDS | {"description": LONG, "currency": "CHF"}
    shown = stale(as_sam, "/marketplace/new", **typed, photos=photos)
    assert shown.status_code == 400
    assert 'type="file" name="photos"' in shown.text
    assert "Please choose the photos again" in shown.text
    sent = Tab(as_sam, shown).send()
    listing = stored(app, int(sent.location.rsplit("/", 1)[-1]))
    assert (listing.title, listing.description) == ("Red bicycle", LONG.strip())
    assert (listing.price_minor, listing.currency) == (120_00, "CHF")


def test_an_edit_sent_again_still_knows_what_it_was_made_from(
    app: Flask, as_sam: FlaskClient, bicycle: int
):
    page = f"/marketplace/{bicycle}/edit"
    old = Tab(as_sam, page)
    shown = Tab(as_sam, old.send(csrf_token="IjEi.x.y", price="100"))
    Tab(as_sam, page).send(price="80")
    assert shown.send().status_code == 409
    assert stored(app, bicycle).price_minor == 80_00


def test_a_report_sent_again_arrives(app: Flask, as_bea: FlaskClient, conversation: int):
    path = f"/messages/{conversation}/report"
    shown = stale(as_bea, path, reason="spam", details="He sells watches.")
    assert Tab(as_bea, shown).send().status_code == 303
    with app.app_context():
        (report,) = reports.newest()
        assert (report.reason.value, report.details) == ("spam", "He sells watches.")


def test_a_profile_sent_again_is_stored(as_sam: FlaskClient):
    shown = stale(as_sam, "/profile", name="Samuel", language="fr", sound="y")
    assert Tab(as_sam, shown).send().status_code == 303
    profile = Tab(as_sam, "/profile").fields
    assert (profile["name"], profile["language"], profile["sound"]) == ("Samuel", "fr", "y")


def test_a_button_of_a_menu_is_one_click_away(
    app: Flask, as_bea: FlaskClient, sam: User, bea: User, conversation: int
):
    shown = stale(as_bea, f"/users/{sam.id}/block?next=/messages/{conversation}", blocked="1")
    assert shown.status_code == 400
    with app.app_context():
        assert not participants.company_in(places.get_for(bea, conversation)).blocked_ids
    assert Tab(as_bea, shown).send().location == f"/messages/{conversation}"
    with app.app_context():
        assert participants.company_in(places.get_for(bea, conversation)).blocked_ids


@pytest.mark.parametrize("path", ["/login", "/register"])
def test_who_signed_in_in_another_tab_goes_on(as_bea: FlaskClient, path: str):
    """Mechanism: ``views/stale.py``, as in the tests below."""
    answer = stale(as_bea, path, email="bea@example.com", password="x", next="/messages")
    assert (answer.status_code, answer.location) == (303, "/messages")


def test_a_sign_in_whose_page_is_old_is_shown_again_and_works(client: FlaskClient, bea: User):
    client.get("/login")
    shown = stale(client, "/login", email=bea.email, password=cast.PASSWORD, next="/messages")
    assert shown.status_code == 400
    assert flashed(shown) == [AGAIN]
    assert cast.PASSWORD not in shown.text
    tab = Tab(client, shown)
    assert (tab.fields["email"], tab.fields["next"]) == (bea.email, "/messages")
    sent = tab.send(password=cast.PASSWORD)
    assert (sent.status_code, sent.location) == (303, "/messages")


def test_registering_and_a_forgotten_password_are_shown_again(client: FlaskClient):
    client.get("/login")
    registering = stale(client, "/register", name="Bea", email="b@example.com", password="x" * 9)
    assert registering.status_code == 400
    fields = Tab(client, registering).fields
    assert (fields["name"], fields["email"], fields["password"]) == ("Bea", "b@example.com", "")
    assert Tab(client, stale(client, "/reset", email="b@example.com")).send().status_code == 303


def test_a_password_form_is_shown_again_without_passwords(as_bea: FlaskClient):
    shown = stale(as_bea, "/profile/password", password=cast.PASSWORD, new_password="y" * 9)
    assert shown.status_code == 400
    assert cast.PASSWORD not in shown.text
    answer = Tab(as_bea, shown).send(password=cast.PASSWORD, new_password="y" * 9)
    assert answer.location == "/profile"


@pytest.mark.parametrize("path", ["/login", "/register"])
def test_a_browser_that_keeps_no_cookies_is_told_so(app: Flask, path: str):
    browser = app.test_client(use_cookies=False)
    tab = Tab(browser, path)
    answer = tab.send(email="bea@example.com", password=cast.PASSWORD, name="Bea")
    assert answer.status_code == 400
    (sentence,) = flashed(answer)
    assert "allow cookies for this site" in sentence
    assert Tab(browser, answer).fields["email"] == "bea@example.com"


@pytest.mark.parametrize("headers", [HERE, {"Origin": "http://localhost"}])
def test_signing_out_in_an_older_tab_signs_out(as_bea: FlaskClient, headers: dict[str, str]):
    answer = as_bea.post("/logout", data={"csrf_token": "IjEi.x.y"}, headers=headers)
    assert answer.status_code == 303
    assert not is_signed_in(as_bea)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ],
)
def test_another_site_signs_nobody_out(as_bea: FlaskClient, headers: dict[str, str]):
    answer = as_bea.post("/logout", data={"csrf_token": "IjEi.x.y"}, headers=headers)
    assert answer.status_code == 400
    assert is_signed_in(as_bea)


def test_signing_out_without_a_known_origin_is_one_click_away(as_bea: FlaskClient):
    assert Tab(as_bea, stale(as_bea, "/logout")).send().status_code == 303
    assert not is_signed_in(as_bea)


def test_who_is_signed_out_already_has_reached_it(client: FlaskClient):
    assert stale(client, "/logout").status_code == 303


def test_a_form_of_another_site_neither_comes_back_nor_signs_out(
    app: Flask, as_bea: FlaskClient, conversation: int
):
    """Its request comes without the cookie, and the answer's would take the place of it.

    Mechanisms: ``origins.is_elsewhere`` in ``again.sent_form`` and ``Sessions.save_session``.
    """
    answer = app.test_client().post(
        f"/marketplace/{conversation}/contact",
        data={"body": "Send me your money."},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 400
    assert "Send me your money." not in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "typed",
    ['"><script>alert(1)</script>', "</textarea><b>", "\n\n  indented", "\u202eevil", "a\0"],
)
def test_what_comes_back_is_text(as_bea: FlaskClient, conversation: int, typed: str):
    shown = stale(as_bea, f"/messages/{conversation}", body=typed, **{"x<y": typed})
    assert "<script>alert" not in shown.text
    assert "</textarea><b>" not in shown.text
    assert re.search(r'name="x&lt;y"', shown.text)
    assert Tab(as_bea, shown).fields["body"] == typed


def test_a_program_is_told_in_json(as_bea: FlaskClient):
    told = as_bea.post("/login", data={}, headers={"Accept": "application/json"})
    assert (told.status_code, told.json) == (400, {"error": {"code": "csrf", "message": SENTENCE}})
