"""Sending and reading by JSON, with the page's session and CSRF header."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from marketplace.messaging import conversations, messages
from tests import cast
from tests.cast import place_in


@pytest.fixture
def conversation(app: Flask, sam: User, bea: User, bicycle: int) -> int:
    with app.app_context():
        return conversations.open_about(bea, bicycle)


def send(client: FlaskClient, conversation: int, **body: Any) -> TestResponse:
    return client.post(
        f"/api/v1/conversations/{conversation}/messages",
        json=body,
        headers={"X-CSRFToken": cast.token(client)},
    )


def error_of(answer: TestResponse) -> dict[str, str]:
    body: Any = answer.json
    assert set(body) == {"error"}
    error: dict[str, str] = body["error"]
    assert error["code"]
    assert error["message"]
    return error


def bodies(app: Flask, conversation: int) -> list[str]:
    with app.app_context():
        return [item.body for item in messages.latest(place_in(conversation))[0]]


def test_a_message_is_stored_once(app: Flask, as_bea: FlaskClient, conversation: int) -> None:
    first = send(as_bea, conversation, body="Hello", client_id="a")
    again = send(as_bea, conversation, body="Hello", client_id="a")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    stored: Any = first.json
    assert (stored["seq"], stored["client_id"], "html" in stored) == (1, "a", False)
    assert bodies(app, conversation) == ["Hello"]


def test_another_body_under_the_same_id_is_a_conflict(
    app: Flask, as_bea: FlaskClient, conversation: int
) -> None:
    send(as_bea, conversation, body="Hello", client_id="a")
    refused = send(as_bea, conversation, body="Good-bye", client_id="a")
    assert refused.status_code == 409
    assert error_of(refused)["code"] == "conflict"
    assert bodies(app, conversation) == ["Hello"]


def test_five_at_once_are_created_once(app: Flask, as_bea: FlaskClient, conversation: int) -> None:
    token = cast.token(as_bea)
    with as_bea.session_transaction() as cookie:
        contents = dict(cookie)
    together = threading.Barrier(5)

    def click() -> tuple[int, Any]:
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie.update(contents)
        together.wait()
        answer = client.post(
            f"/api/v1/conversations/{conversation}/messages",
            json={"body": "Hello", "client_id": "a"},
            headers={"X-CSRFToken": token},
        )
        return answer.status_code, answer.json

    with ThreadPoolExecutor(5) as clicks:
        answers = [click.result() for click in [clicks.submit(click) for _ in range(5)]]
    assert sorted(status for status, _ in answers) == [200, 200, 200, 200, 201]
    assert {stored["seq"] for _, stored in answers} == {1}
    assert bodies(app, conversation) == ["Hello"]


def test_without_a_client_id_one_is_made(as_bea: FlaskClient, conversation: int) -> None:
    stored: Any = send(as_bea, conversation, body="Hello").json
    assert stored["client_id"]


def test_the_sender_is_the_sessions_whatever_the_body_says(
    as_bea: FlaskClient, sam: User, conversation: int
) -> None:
    refused = send(as_bea, conversation, body="Hello", sender_id=sam.id)
    assert refused.status_code == 422
    assert error_of(refused)["field"] == "sender_id"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "body"),
        ({"body": ""}, 422, "body"),
        ({"body": " \n"}, 422, "body"),
        ({"body": "x" * 5001}, 422, "body"),
        ({"body": 5}, 422, "body"),
        ({"body": None}, 422, "body"),
        ({"body": ["x"]}, 422, "body"),
        ({"body": "x", "client_id": 5}, 422, "client_id"),
        ({"body": "a\0b"}, 400, None),
        ({"body": "\ud800"}, 400, None),
        ({"body": "x", "client_id": ""}, 400, None),
        ({"body": "x", "client_id": "é"}, 400, None),
        ({"body": "x", "client_id": "x" * 65}, 400, None),
    ],
)
def test_bad_input_is_named_and_stores_nothing(
    app: Flask,
    as_bea: FlaskClient,
    conversation: int,
    body: dict[str, Any],
    status: int,
    field: str | None,
) -> None:
    refused = send(as_bea, conversation, **body)
    assert refused.status_code == status
    assert error_of(refused).get("field") == field
    assert bodies(app, conversation) == []


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[]", "application/json", 422),
        (b'"text"', "application/json", 422),
        (b'{"body":' * 100_000, "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"body": "x"}', "text/plain", 415),
        (b"body=x", "application/x-www-form-urlencoded", 415),
    ],
)
def test_json_that_is_none_is_refused(
    app: Flask, as_bea: FlaskClient, conversation: int, content: bytes, kind: str, status: int
) -> None:
    refused = as_bea.post(
        f"/api/v1/conversations/{conversation}/messages",
        data=content,
        content_type=kind,
        headers={"X-CSRFToken": cast.token(as_bea)},
    )
    assert refused.status_code == status
    error_of(refused)
    assert bodies(app, conversation) == []


@pytest.mark.parametrize("headers", [{}, {"X-CSRFToken": "wrong"}])
def test_without_the_csrf_token_nothing_is_stored(
    app: Flask, as_bea: FlaskClient, conversation: int, headers: dict[str, str]
) -> None:
    refused = as_bea.post(
        f"/api/v1/conversations/{conversation}/messages", json={"body": "x"}, headers=headers
    )
    assert refused.status_code == 400
    assert error_of(refused)["code"] == "csrf"
    assert bodies(app, conversation) == []


def test_reading_answers_with_the_mark_and_the_totals(
    app: Flask, as_sam: FlaskClient, as_bea: FlaskClient, conversation: int
) -> None:
    send(as_bea, conversation, body="Hello")
    path = f"/api/v1/conversations/{conversation}/read"
    headers = {"X-CSRFToken": cast.token(as_sam)}
    assert as_sam.get("/api/v1/unread").json == {"messages": 1, "conversations": 1}
    read = as_sam.put(path, json={"seq": 1}, headers=headers)
    assert read.status_code == 200
    assert read.json == {"read_seq": 1, "unread": {"messages": 0, "conversations": 0}}
    assert as_sam.get("/api/v1/unread").json == {"messages": 0, "conversations": 0}
    unread = as_sam.delete(path, headers=headers)
    assert unread.json == {"read_seq": 0, "unread": {"messages": 1, "conversations": 1}}


@pytest.mark.parametrize("seq", [-1, 2**63, "1", 1.5, None, True])
def test_a_mark_that_is_none_is_refused(
    as_sam: FlaskClient, conversation: int, seq: object
) -> None:
    refused = as_sam.put(
        f"/api/v1/conversations/{conversation}/read",
        json={"seq": seq},
        headers={"X-CSRFToken": cast.token(as_sam)},
    )
    assert refused.status_code == 422
    assert error_of(refused)["field"] == "seq"


def test_a_wrong_method_says_which_are_right(as_sam: FlaskClient, conversation: int) -> None:
    refused = as_sam.get(f"/api/v1/conversations/{conversation}/read")
    assert refused.status_code == 405
    assert "PUT" in refused.headers["Allow"]
    error_of(refused)


def test_it_is_described(client: FlaskClient) -> None:
    described: Any = client.get("/api/v1/openapi.json").json
    assert "/api/v1/conversations/{conversation_id}/messages" in described["paths"]
