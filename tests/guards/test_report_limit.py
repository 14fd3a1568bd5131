"""Reports are limited for each person, by form and JSON together."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from marketplace.messaging import conversations, reports
from tests import cast


@pytest.fixture
def conversation(app: Flask, sam: User, bea: User, bicycle: int) -> int:
    with app.app_context():
        return conversations.open_about(bea, bicycle)


def test_the_eleventh_report_in_an_hour_is_refused_and_its_text_stays(
    limited: Flask, as_bea: FlaskClient, as_sam: FlaskClient, conversation: int
):
    """Mechanism: REPORTS, in the page and in the API's resource."""
    token = cast.token(as_bea)
    for _ in range(5):
        assert by_form(as_bea, token, conversation).status_code == 303
        assert by_json(as_bea, token, conversation).status_code == 201
    for refused in (by_form(as_bea, token, conversation), by_json(as_bea, token, conversation)):
        assert refused.status_code == 429
        assert 0 < int(refused.headers["Retry-After"]) <= 3600
        assert "That was too often" in refused.text
    assert "my long text" in by_form(as_bea, token, conversation).text
    with limited.app_context():
        assert len(list(reports.newest())) == 10
    assert by_form(as_sam, cast.token(as_sam), conversation).status_code == 303, "not his limit"


def by_form(client: FlaskClient, token: str, conversation: int) -> TestResponse:
    data = {"csrf_token": token, "reason": "spam", "details": "my long text"}
    return client.post(f"/messages/{conversation}/report", data=data)


def by_json(client: FlaskClient, token: str, conversation: int) -> TestResponse:
    body = {"conversation_id": conversation, "reason": "spam"}
    return client.post("/api/v1/reports", json=body, headers={"X-CSRFToken": token})
