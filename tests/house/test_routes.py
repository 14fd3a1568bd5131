"""Every route there is, and what it answers to who is not signed in and to a stranger.

A new route must be entered here: the test that compares this table with the application fails
until somebody has decided who may use it.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from marketplace.messaging import conversations, messages
from tests import cast

FOR_ALL = {
    ("GET", "/"),
    ("GET", "/marketplace"),
    ("GET", "/marketplace/<listing_id>"),
    ("POST", "/marketplace/<listing_id>/contact"),
    ("GET", "/photos/<name>"),
    ("GET", "/static/<version>/<filename>"),
    ("GET", "/bootstrap/static/<version>/<filename>"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("POST", "/logout"),
    ("GET", "/register"),
    ("POST", "/register"),
    ("GET", "/reset"),
    ("POST", "/reset"),
    ("GET", "/reset/<token>"),
    ("POST", "/reset/<token>"),
    ("POST", "/language"),
}
SIGNED_IN = {
    ("GET", "/marketplace/<listing_id>/contact"),
    ("GET", "/marketplace/mine"),
    ("GET", "/marketplace/new"),
    ("POST", "/marketplace/new"),
    ("GET", "/messages"),
    ("GET", "/profile"),
    ("POST", "/profile"),
    ("GET", "/profile/password"),
    ("POST", "/profile/password"),
    ("POST", "/profile/sign-ins"),
    ("GET", "/api/v1/unread"),
}
OWNER = {
    ("GET", "/marketplace/<listing_id>/edit"),
    ("POST", "/marketplace/<listing_id>/edit"),
    ("POST", "/marketplace/<listing_id>/delete"),
    ("POST", "/marketplace/<listing_id>/status"),
}
PARTICIPANT = {
    ("GET", "/messages/<conversation_id>"),
    ("POST", "/messages/<conversation_id>"),
    ("POST", "/messages/<conversation_id>/archive"),
    ("POST", "/messages/<conversation_id>/read"),
    ("GET", "/messages/<conversation_id>/history"),
    ("GET", "/messages/<conversation_id>/poll"),
    ("POST", "/api/v1/conversations/<conversation_id>/messages"),
    ("PUT", "/api/v1/conversations/<conversation_id>/read"),
    ("DELETE", "/api/v1/conversations/<conversation_id>/read"),
}
BODIES: dict[str, dict[str, Any]] = {
    "/api/v1/conversations/<conversation_id>/messages": {"body": "let me in"},
    "/api/v1/conversations/<conversation_id>/read": {"seq": 1},
}


@pytest.fixture
def asked(app: Flask, bea: User, bicycle: int) -> int:
    """Bea's conversation with Sam."""
    with app.app_context():
        conversation = conversations.open_about(bea, bicycle)
        messages.send(bea, conversation, "Is it still available?", "1")
        return conversation


def test_the_table_is_the_whole_application(app: Flask) -> None:
    assert set(_routes(app)) == FOR_ALL | SIGNED_IN | OWNER | PARTICIPANT


@pytest.mark.parametrize(("method", "rule"), sorted(SIGNED_IN | OWNER | PARTICIPANT))
def test_signed_out_a_page_leads_to_the_sign_in_and_json_is_told(
    client: FlaskClient, bicycle: int, asked: int, method: str, rule: str
) -> None:
    answer = _ask(client, method, rule, bicycle, asked)
    if rule.startswith("/api/") or rule.endswith(("/poll", "/history")):
        told: Any = answer.json
        assert answer.status_code == 401
        assert told["error"]["code"] == "unauthorized"
    else:
        assert answer.status_code in (302, 303)
        target = urlsplit(answer.location)
        assert (target.netloc, target.path) == ("", "/login")
        for back in parse_qs(target.query).get("next", []):
            assert back.startswith("/")
            assert not back.startswith("//")


@pytest.mark.parametrize(("method", "rule"), sorted(PARTICIPANT))
def test_a_stranger_is_told_the_same_as_about_nothing(
    as_olly: FlaskClient, bicycle: int, asked: int, method: str, rule: str
) -> None:
    there = _ask(as_olly, method, rule, bicycle, asked)
    not_there = _ask(as_olly, method, rule, bicycle, 987654)
    assert there.status_code == not_there.status_code == 404
    assert _without_tokens(there) == _without_tokens(not_there)


@pytest.mark.parametrize(("method", "rule"), sorted(PARTICIPANT))
def test_a_participant_gets_in(
    as_sam: FlaskClient, bicycle: int, asked: int, method: str, rule: str
) -> None:
    assert _ask(as_sam, method, rule, bicycle, asked).status_code in (200, 201, 303, 422)


@pytest.mark.parametrize(("method", "rule"), sorted(OWNER))
def test_a_stranger_changes_nobodys_listing(
    as_olly: FlaskClient, bicycle: int, asked: int, method: str, rule: str
) -> None:
    assert _ask(as_olly, method, rule, bicycle, asked).status_code == 403
    page = as_olly.get(f"/marketplace/{bicycle}").get_data(as_text=True)
    assert "Red bicycle" in page


@pytest.mark.parametrize(
    ("method", "rule"),
    sorted(route for route in FOR_ALL | SIGNED_IN | OWNER | PARTICIPANT if route[0] != "GET"),
)
def test_what_writes_needs_the_csrf_token(
    app: Flask, as_sam: FlaskClient, sam: User, bicycle: int, asked: int, method: str, rule: str
) -> None:
    answer = as_sam.open(
        _address(rule, bicycle, asked), method=method, json=BODIES.get(rule), data=None
    )
    assert answer.status_code == 400
    with app.app_context():
        assert len(messages.latest(asked)[0]) == 1
        assert conversations.get_for(sam, asked).unread == 1


def _routes(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        without_types = re.sub(r"<\w+:", "<", rule.rule)
        without_types = re.sub(r"/static/\w{12}/", "/static/<version>/", without_types)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield method, without_types


def _ask(
    client: FlaskClient, method: str, rule: str, listing: int, conversation: int
) -> TestResponse:
    token = cast.token(client)
    address = _address(rule, listing, conversation)
    if rule.startswith("/api/"):
        return client.open(
            address, method=method, json=BODIES.get(rule), headers={"X-CSRFToken": token}
        )
    data = (
        {"csrf_token": token, "body": "let me in", "status": "sold"} if method == "POST" else None
    )
    return client.open(address, method=method, data=data)


def _address(rule: str, listing: int, conversation: int) -> str:
    return (
        rule.replace("<listing_id>", str(listing))
        .replace("<conversation_id>", str(conversation))
        .replace("<token>", "no-token")
        .replace("<name>", "no-photo")
        .replace("<filename>", "no-file")
    )


def _without_tokens(answer: TestResponse) -> str:
    """CSRF tokens are signed with the time; nothing else may differ."""
    return re.sub(r'(content|value)="[^"]{60,}"', "", answer.get_data(as_text=True))
