"""Who is not signed in goes to the sign-in and back, or gets 401 as JSON."""

from collections.abc import Iterator

import pytest
from flask import Flask, jsonify
from flask.testing import FlaskClient
from flask_login import login_required
from flask_security import auth_required

from config import Settings
from marketplace import create_app
from marketplace.accounts.guard import sign_in_required
from marketplace.accounts.next_page import path_here, safe
from tests.accounts.browsing import submit
from tests.databases import Database

UNAUTHORIZED = {"error": {"code": "unauthorized", "message": "Please sign in."}}
GUARDS = {
    "ours": sign_in_required,
    "flask-login": login_required,
    "security": auth_required("session"),
}


@pytest.fixture(scope="module")
def guarded(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A browser of the application with a page behind each of three guards."""
    environ = {
        "DATABASE_URL": database.create(),
        "INSTANCE_PATH": str(tmp_path_factory.mktemp("guarded")),
    }
    app: Flask = create_app(Settings.from_environment(environ), overrides={"TESTING": True})
    for name, guard in GUARDS.items():
        view = guard(lambda: jsonify("seen"))
        app.add_url_rule(f"/{name}", name, view, methods=["GET", "POST"])
        app.add_url_rule(f"/api/{name}", f"api_{name}", view, methods=["GET", "POST"])
    yield app.test_client()
    app.extensions["reader"].dispose()


@pytest.mark.parametrize("name", GUARDS)
def test_a_page_leads_to_the_sign_in_and_back(guarded: FlaskClient, name: str):
    answer = guarded.get(f"/{name}?page=2")
    assert (answer.status_code, answer.location) == (303, f"/login?next=/{name}?page%3D2")


@pytest.mark.parametrize("name", GUARDS)
def test_a_program_is_told_so(guarded: FlaskClient, name: str):
    by_header = guarded.get(f"/{name}", headers={"Accept": "application/json"})
    by_path = guarded.get(f"/api/{name}")
    for answer in (by_header, by_path):
        assert (answer.status_code, answer.json) == (401, UNAUTHORIZED)


@pytest.mark.parametrize(
    ("referrer", "back"),
    [
        ("http://localhost/marketplace/7?from=search", "/login?next=/marketplace/7?from%3Dsearch"),
        ("http://example.org/marketplace/7", "/login"),
        ("http://localhost//example.org", "/login"),
        ("http://[", "/login"),
        ("", "/login"),
    ],
)
def test_a_form_that_was_sent_leads_back_to_the_page_it_was_on(
    guarded: FlaskClient, referrer: str, back: str
):
    token = submit(guarded, "/login").text.split('csrf-token" content="')[1].split('"')[0]
    answer = guarded.post("/ours", data={"csrf_token": token}, headers={"Referer": referrer})
    assert (answer.status_code, answer.location) == (303, back)


def test_a_stranger_to_the_site_has_no_say(app: Flask):
    with app.test_request_context(base_url="http://localhost"):
        assert path_here("http://localhost/messages") == "/messages"
        assert path_here("http://localhost:81/messages") is None
        assert path_here(None) is None
    assert safe("/messages") == "/messages"
    assert safe(None) is None
    assert safe("") is None
