"""Sending: a burst, then 429; reading meets no limit however much is read."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from marketplace.messaging import conversations, messages
from tests import cast
from tests.cast import place_in
from tests.catalogue import uploads
from tests.catalogue.selling import sell
from tests.messaging.pictures import post, post_form


@pytest.fixture
def conversation(app: Flask, sam: User, bea: User, bicycle: int) -> int:
    with app.app_context():
        return conversations.open_about(bea, bicycle)


def test_the_twenty_first_message_in_ten_seconds_is_refused(
    limited: Flask, as_bea: FlaskClient, as_sam: FlaskClient, conversation: int
):
    """Mechanism: SENDING in the API's resource."""
    token = cast.token(as_bea)
    answers = [send(as_bea, token, conversation) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [201] * 20 + [429]
    refused = answers[-1]
    assert 0 < int(refused.headers["Retry-After"]) <= 10
    assert refused.json is not None
    assert refused.json["error"]["code"] == "too_many"
    assert "Please try again in" in refused.json["error"]["message"]
    assert count(limited, conversation) == 20
    assert send(as_sam, cast.token(as_sam), conversation).status_code == 201, "not his limit"


def test_forms_and_scripts_and_contacts_are_one_limit(
    limited: Flask, as_bea: FlaskClient, conversation: int, bicycle: int
):
    token = cast.token(as_bea)
    for _ in range(18):
        send(as_bea, token, conversation)
    assert by_form(as_bea, token, f"/messages/{conversation}").status_code == 303
    assert by_form(as_bea, token, f"/marketplace/{bicycle}/contact").status_code == 303
    for path in (f"/messages/{conversation}", f"/marketplace/{bicycle}/contact"):
        refused = by_form(as_bea, token, path)
        assert refused.status_code == 429
        assert 0 < int(refused.headers["Retry-After"]) <= 10
        assert "That was too often" in refused.text
        assert "my long text" in refused.text, "what was typed stays"
    assert count(limited, conversation) == 20


def test_pictures_have_a_limit_of_their_own_however_they_come(
    limited: Flask, as_bea: FlaskClient, as_sam: FlaskClient, conversation: int
):
    """Mechanism: UPLOADS, spent before a picture is decoded, whatever comes of it."""
    for _ in range(60):
        assert post(as_bea, b"no picture").status_code == 422
    for refused in (
        post(as_bea, uploads.jpeg()),
        sell(as_bea, (uploads.jpeg(), "a.jpg"), description="my long text"),
        post_form(as_bea, conversation, (uploads.jpeg(), "a.jpg"), body="my long text"),
    ):
        assert refused.status_code == 429
        assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert "my long text" in refused.text, "what was typed stays"
    assert by_form(as_bea, cast.token(as_bea), f"/messages/{conversation}").status_code == 303
    assert post(as_sam, uploads.jpeg()).status_code == 201, "not his limit"


def test_an_outsider_is_told_nothing_by_the_limit(
    limited: Flask, as_olly: FlaskClient, conversation: int
):
    token = cast.token(as_olly)
    answers = {by_form(as_olly, token, f"/messages/{conversation}").status_code for _ in range(22)}
    assert answers == {404}


def test_a_thousand_polls_pass(limited: Flask, as_bea: FlaskClient, conversation: int):
    """Nothing that only reads is counted."""
    statuses = set()
    for _ in range(1000):
        statuses.add(as_bea.get(f"/messages/{conversation}/poll?after=0").status_code)
    for _ in range(50):
        statuses.add(as_bea.get(f"/messages/{conversation}/history").status_code)
        statuses.add(as_bea.get("/api/v1/unread").status_code)
        statuses.add(as_bea.get("/messages").status_code)
        statuses.add(as_bea.get("/login").status_code)
    assert statuses == {200, 303}


def send(client: FlaskClient, token: str, conversation: int) -> TestResponse:
    address = f"/api/v1/conversations/{conversation}/messages"
    return client.post(address, json={"body": "Hello"}, headers={"X-CSRFToken": token})


def by_form(client: FlaskClient, token: str, path: str) -> TestResponse:
    return client.post(path, data={"csrf_token": token, "body": "my long text"})


def count(app: Flask, conversation: int) -> int:
    with app.app_context():
        return len(messages.latest(place_in(conversation))[0])
