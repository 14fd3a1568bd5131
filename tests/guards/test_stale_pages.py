"""A page whose token is no longer good: nothing is done, and its reader is told what to do."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.messaging import conversations, messages
from tests import cast

SENTENCE = "This page is out of date; please reload it and send again."


@pytest.fixture
def conversation(app: Flask, bea: User, bicycle: int) -> int:
    """One without a message yet."""
    with app.app_context():
        return conversations.open_about(bea, bicycle)


@pytest.mark.parametrize("kind", ["none", "another browser's", "made up"])
def test_it_says_to_reload(
    app: Flask, as_bea: FlaskClient, as_olly: FlaskClient, conversation: int, kind: str
):
    """Mechanism: Flask-WTF's check of every request that writes."""
    token = {"none": "", "another browser's": cast.token(as_olly), "made up": "IjEi.x.y"}[kind]
    shown = as_bea.post(
        f"/messages/{conversation}", data={"csrf_token": token, "body": "Is it there?"}
    )
    assert shown.status_code == 400
    assert SENTENCE in shown.text
    told = as_bea.post(
        f"/api/v1/conversations/{conversation}/messages",
        json={"body": "Is it there?"},
        headers={"X-CSRFToken": token},
    )
    assert told.status_code == 400
    assert told.json == {"error": {"code": "csrf", "message": SENTENCE}}
    with app.app_context():
        assert messages.latest(conversation) == ([], False)


def test_other_bad_requests_say_something_else(as_bea: FlaskClient, conversation: int):
    answer = as_bea.get(f"/messages/{conversation}/poll?after=x")
    assert answer.status_code == 400
    assert SENTENCE not in answer.text
