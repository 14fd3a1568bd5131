"""Every route there is, and what it answers to who is not signed in, to a stranger, to who took
part once, and to two of whom one has blocked the other.

A new route must be entered here: the test that compares this table with the application fails
until somebody has decided who may use it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from marketplace.messaging import blocks, conversations, messages, places
from marketplace.messaging.models import Participant, Role
from marketplace.storage.database import db, transaction, utcnow
from tests import cast
from tests.cast import place_in
from tests.messaging.pictures import uploaded

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
    ("GET", "/register/sent"),
    ("GET", "/verify/<token>"),
    ("POST", "/verify/<token>"),
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
    ("GET", "/messages/new"),
    ("POST", "/messages/new"),
    ("POST", "/notices/<notice_id>"),
    ("GET", "/profile"),
    ("POST", "/profile"),
    ("GET", "/profile/password"),
    ("POST", "/profile/password"),
    ("POST", "/profile/sign-ins"),
    ("GET", "/api/v1/unread"),
    ("GET", "/api/v1/users"),
    ("GET", "/api/v1/users/available"),
    ("POST", "/api/v1/conversations"),
    ("POST", "/api/v1/attachments"),
}
OWNER = {
    ("GET", "/marketplace/<listing_id>/edit"),
    ("POST", "/marketplace/<listing_id>/edit"),
    ("POST", "/marketplace/<listing_id>/delete"),
    ("POST", "/marketplace/<listing_id>/status"),
}
READING = {
    ("GET", "/messages/<conversation_id>"),
    ("POST", "/messages/<conversation_id>/archive"),
    ("POST", "/messages/<conversation_id>/mute"),
    ("POST", "/messages/<conversation_id>/read"),
    ("POST", "/messages/<conversation_id>/unread"),
    ("GET", "/messages/<conversation_id>/report"),
    ("POST", "/messages/<conversation_id>/report"),
    ("GET", "/messages/<conversation_id>/history"),
    ("GET", "/messages/<conversation_id>/poll"),
    ("PATCH", "/api/v1/conversations/<conversation_id>"),
    ("PUT", "/api/v1/conversations/<conversation_id>/read"),
    ("DELETE", "/api/v1/conversations/<conversation_id>/read"),
    ("GET", "/api/v1/conversations/<conversation_id>/participants"),
    ("DELETE", "/api/v1/conversations/<conversation_id>/block"),
    ("GET", "/api/v1/attachments/<attachment_id>"),
    ("POST", "/api/v1/reports"),
}
REACHING_THE_OTHER = {
    ("POST", "/messages/<conversation_id>"),
    ("POST", "/api/v1/conversations/<conversation_id>/messages"),
    ("PUT", "/api/v1/conversations/<conversation_id>/typing"),
    ("POST", "/messages/<conversation_id>/block"),
    ("PUT", "/api/v1/conversations/<conversation_id>/block"),
}
PARTICIPANT = READING | REACHING_THE_OTHER
ACQUAINTANCE = {
    ("POST", "/users/<user_id>/block"),
    ("PUT", "/api/v1/users/<user_id>/block"),
    ("DELETE", "/api/v1/users/<user_id>/block"),
}
# Not there in a conversation of two; in a group see tests/groups/test_who_may_do_what.py.
GROUP = {
    ("GET", "/messages/<conversation_id>/members"),
    ("GET", "/messages/<conversation_id>/readers/<seq>"),
    ("POST", "/messages/<conversation_id>/accept"),
    ("POST", "/messages/<conversation_id>/decline"),
    ("POST", "/messages/<conversation_id>/invite"),
    ("POST", "/messages/<conversation_id>/leave"),
    ("POST", "/messages/<conversation_id>/members/<user_id>/remove"),
    ("POST", "/messages/<conversation_id>/members/<user_id>/role"),
    ("POST", "/messages/<conversation_id>/rename"),
    ("POST", "/api/v1/conversations/<conversation_id>/participants"),
    ("PATCH", "/api/v1/conversations/<conversation_id>/participants/<user_id>"),
    ("DELETE", "/api/v1/conversations/<conversation_id>/participants/<user_id>"),
    ("PUT", "/api/v1/conversations/<conversation_id>/invitation"),
    ("DELETE", "/api/v1/conversations/<conversation_id>/invitation"),
}
# For moderators; see tests/moderation.
MODERATOR = {
    ("GET", "/moderation"),
    ("GET", "/moderation/<report_id>"),
    ("POST", "/moderation/<report_id>"),
    ("GET", "/moderation/log"),
    ("GET", "/api/v1/moderation/reports"),
    ("POST", "/api/v1/moderation/reports/<report_id>/decision"),
}
ALL = MODERATOR | FOR_ALL | SIGNED_IN | OWNER | PARTICIPANT | ACQUAINTANCE | GROUP
SUCCESSES = (200, 201, 204, 303)


@dataclass(frozen=True)
class Things:
    """What the addresses are about."""

    listing: int
    conversation: int
    person: int
    attachment: str

    @property
    def missing(self) -> "Things":
        """The same listing, and else what does not exist."""
        return replace(self, conversation=987654, person=987654, attachment="x" * 43)


@pytest.fixture
def things(app: Flask, bea: User, bicycle: int) -> Things:
    """Bea has asked Sam about the bicycle, with a picture."""
    (picture,) = uploaded(app, bea)
    with app.app_context():
        conversation = conversations.open_about(bea, bicycle)
        messages.send(bea, conversation, "Is it still available?", "1", [picture])
    return Things(bicycle, conversation, bea.id, picture)


@pytest.fixture
def as_former(app: Flask, olly: User, things: Things) -> FlaskClient:
    """Olly, who took part once."""

    @transaction
    def leave() -> None:
        place = Participant(conversation_id=things.conversation, user_id=olly.id, role=Role.BUYER)
        place.left_at = utcnow()
        db.session.add(place)

    with app.app_context():
        leave()
    return cast.browser_of(app, olly)


def test_the_table_is_the_whole_application(app: Flask) -> None:
    assert set(_routes(app)) == ALL


@pytest.mark.parametrize(("method", "rule"), sorted(ALL - FOR_ALL))
def test_signed_out_a_page_leads_to_the_sign_in_and_json_is_told(
    client: FlaskClient, things: Things, method: str, rule: str
) -> None:
    answer = _ask(client, method, rule, things)
    if rule.startswith("/api/") or rule.endswith(("/poll", "/history")):
        told: Any = answer.json
        assert answer.status_code == 401
        assert told["error"]["code"] == "unauthorized"
    elif method == "POST":
        assert answer.status_code == 401
        assert "let me in" in answer.text  # what was written comes back, with the sign-in
        assert 'name="sign_in_password"' in answer.text
    else:
        assert answer.status_code in (302, 303)
        target = urlsplit(answer.location)
        assert (target.netloc, target.path) == ("", "/login")
        for back in parse_qs(target.query).get("next", []):
            assert back.startswith("/")
            assert not back.startswith("//")


@pytest.mark.parametrize(("method", "rule"), sorted(PARTICIPANT | ACQUAINTANCE | GROUP | MODERATOR))
def test_a_stranger_is_told_the_same_as_about_nothing(
    as_olly: FlaskClient, things: Things, method: str, rule: str
) -> None:
    _is_told_of_nothing(as_olly, method, rule, things)


@pytest.mark.parametrize(("method", "rule"), sorted(PARTICIPANT))
def test_who_took_part_once_is_told_the_same_as_about_nothing(
    as_former: FlaskClient, things: Things, method: str, rule: str
) -> None:
    _is_told_of_nothing(as_former, method, rule, things)


@pytest.mark.parametrize(("method", "rule"), sorted(GROUP))
def test_of_two_there_is_nothing_of_a_group(
    as_sam: FlaskClient, things: Things, method: str, rule: str
) -> None:
    assert _ask(as_sam, method, rule, things).status_code == 404


@pytest.mark.parametrize(("method", "rule"), sorted(PARTICIPANT | ACQUAINTANCE))
def test_a_participant_gets_in(as_sam: FlaskClient, things: Things, method: str, rule: str) -> None:
    assert _ask(as_sam, method, rule, things).status_code in SUCCESSES


@pytest.mark.parametrize("name", ["Sam", "Bea"])
@pytest.mark.parametrize(("method", "rule"), sorted(PARTICIPANT | ACQUAINTANCE))
def test_who_blocked_and_who_was_blocked_read_and_reach_nobody(
    app: Flask, sam: User, bea: User, things: Things, method: str, rule: str, name: str
) -> None:
    with app.app_context():
        blocks.block(sam, bea.id)
    me, other = (sam, bea) if name == "Sam" else (bea, sam)
    answer = _ask(cast.browser_of(app, me), method, rule, replace(things, person=other.id))
    is_closed = (method, rule) in REACHING_THE_OTHER
    assert answer.status_code in ((403,) if is_closed else SUCCESSES)
    with app.app_context():
        assert len(messages.latest(place_in(things.conversation))[0]) == 1


@pytest.mark.parametrize(("method", "rule"), sorted(OWNER))
def test_a_stranger_changes_nobodys_listing(
    as_olly: FlaskClient, things: Things, method: str, rule: str
) -> None:
    assert _ask(as_olly, method, rule, things).status_code == 403
    page = as_olly.get(f"/marketplace/{things.listing}").get_data(as_text=True)
    assert "Red bicycle" in page


@pytest.mark.parametrize(("method", "rule"), sorted(route for route in ALL if route[0] != "GET"))
def test_what_writes_needs_the_csrf_token(
    app: Flask, as_sam: FlaskClient, sam: User, things: Things, method: str, rule: str
) -> None:
    body = _body(rule, things)
    answer = as_sam.open(_address(rule, things), method=method, json=body, data=None)
    # Who is signed in already goes on from there; nothing is done.
    assert answer.status_code == (303 if rule in ("/login", "/register") else 400)
    with app.app_context():
        assert len(messages.latest(place_in(things.conversation))[0]) == 1
        assert places.get_for(sam, things.conversation).unread == 1


def _routes(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        without_types = re.sub(r"<\w+:", "<", rule.rule)
        without_types = re.sub(r"/static/\w{12}/", "/static/<version>/", without_types)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield method, without_types


def _is_told_of_nothing(client: FlaskClient, method: str, rule: str, things: Things) -> None:
    there = _ask(client, method, rule, things)
    not_there = _ask(client, method, rule, things.missing)
    assert there.status_code == not_there.status_code == 404
    assert _without_tokens(there) == _without_tokens(not_there)


def _ask(client: FlaskClient, method: str, rule: str, things: Things) -> TestResponse:
    token = cast.token(client)
    address = _address(rule, things)
    if rule.startswith("/api/"):
        body, headers = _body(rule, things), {"X-CSRFToken": token}
        return client.open(address, method=method, json=body, headers=headers, buffered=True)
    fields = {"csrf_token": token, "body": "let me in", "status": "sold", "reason": "spam"}
    return client.open(address, method=method, data=fields if method == "POST" else None)


def _body(rule: str, things: Things) -> dict[str, Any] | None:
    bodies: dict[str, dict[str, Any]] = {
        "/api/v1/conversations/<conversation_id>": {"muted": True},
        "/api/v1/conversations/<conversation_id>/messages": {"body": "let me in"},
        "/api/v1/conversations/<conversation_id>/read": {"seq": 1},
        "/api/v1/conversations/<conversation_id>/participants": {"user_id": things.person},
        "/api/v1/conversations/<conversation_id>/participants/<user_id>": {"role": "admin"},
        "/api/v1/moderation/reports/<report_id>/decision": {"decision": "closed"},
        "/api/v1/reports": {"conversation_id": things.conversation, "reason": "spam"},
    }
    return bodies.get(rule)


def _address(rule: str, things: Things) -> str:
    return (
        rule.replace("<listing_id>", str(things.listing))
        .replace("<conversation_id>", str(things.conversation))
        .replace("<user_id>", str(things.person))
        .replace("<attachment_id>", things.attachment)
        .replace("<token>", "no-token")
        .replace("<seq>", "1")
        .replace("<report_id>", "1")
        .replace("<notice_id>", "1")
        .replace("<name>", "no-photo")
        .replace("<filename>", "no-file")
    )


def _without_tokens(answer: TestResponse) -> str:
    """CSRF tokens are signed with the time; nothing else may differ."""
    return re.sub(r'(content|value)="[^"]{60,}"', "", answer.get_data(as_text=True))
