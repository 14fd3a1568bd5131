"""Reporting a conversation: by a form, by JSON, and what an operator gets to read."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from marketplace.messaging import messages, reports
from marketplace.messaging.models import Reason
from marketplace.messaging.reports import ReportItem
from tests import cast


def send(client: FlaskClient, conversation: int, **fields: str) -> TestResponse:
    data = {"csrf_token": cast.token(client), **fields}
    return client.post(f"/messages/{conversation}/report", data=data)


def stored(app: Flask) -> list[ReportItem]:
    with app.app_context():
        return list(reports.newest())


def listed(app: Flask) -> list[list[str]]:
    result = app.test_cli_runner().invoke(args=["reports"])
    assert result.exit_code == 0
    return [line.split("\t") for line in result.output.splitlines()]


def test_the_page_asks_why(as_bea: FlaskClient, asked: int) -> None:
    page = as_bea.get(f"/messages/{asked}/report").text
    for reason in Reason:
        assert f'value="{reason.value}"' in page
    assert 'name="details"' in page
    assert "Sam is not told." in page


def test_a_report_is_stored_and_the_reporter_thanked(
    app: Flask, as_bea: FlaskClient, bea: User, asked: int
) -> None:
    done = send(as_bea, asked, reason="fraud", details=" Wants\r\nmoney first. ")
    assert (done.status_code, done.location) == (303, f"/messages/{asked}")
    assert "Thank you." in as_bea.get(done.location).text
    (report,) = stored(app)
    assert (report.reporter_id, report.conversation_id) == (bea.id, asked)
    assert (report.reason, report.details) == (Reason.FRAUD, "Wants\nmoney first.")


def test_details_may_be_left_out(app: Flask, as_bea: FlaskClient, asked: int) -> None:
    assert send(as_bea, asked, reason="spam").status_code == 303
    assert [report.details for report in stored(app)] == [""]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Please choose a reason."),
        ({"reason": "boredom"}, "Please choose a reason."),
        ({"reason": "spam", "details": "é" * 2001}, "At most 2000 characters"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_text_stays(
    app: Flask, as_bea: FlaskClient, asked: int, fields: dict[str, str], sentence: str
) -> None:
    refused = send(as_bea, asked, **{"details": "typed with care", **fields})
    assert refused.status_code == 422
    assert sentence in refused.text
    assert fields.get("details", "typed with care") in refused.text
    assert stored(app) == []


def test_the_other_is_told_nothing(
    app: Flask, as_bea: FlaskClient, as_sam: FlaskClient, asked: int
) -> None:
    address = f"/messages/{asked}/poll?after=0"
    before: Any = as_sam.get(address).json
    send(as_bea, asked, reason="abuse", details="Rude words.")
    after: Any = as_sam.get(address).json
    assert after["cursor"] == before["cursor"]
    assert "Rude words." not in as_sam.get(f"/messages/{asked}").text


def test_an_outsider_reports_nothing(app: Flask, as_olly: FlaskClient, asked: int) -> None:
    assert send(as_olly, asked, reason="spam").status_code == 404
    assert as_olly.get(f"/messages/{asked}/report").status_code == 404
    assert stored(app) == []


def test_by_json(app: Flask, as_bea: FlaskClient, asked: int) -> None:
    def post(**body: object) -> TestResponse:
        headers = {"X-CSRFToken": cast.token(as_bea)}
        return as_bea.post("/api/v1/reports", json=body, headers=headers)

    done = post(conversation_id=asked, reason="other", details="Look at this.")
    (report,) = stored(app)
    assert (done.status_code, done.json) == (201, {"id": report.id})
    assert post(conversation_id=asked, reason="spam").status_code == 201
    assert post(conversation_id=987654, reason="spam").status_code == 404
    for wrong in (
        {"reason": "spam"},
        {"conversation_id": asked},
        {"conversation_id": asked, "reason": "boredom"},
        {"conversation_id": asked, "reason": "spam", "details": "x" * 2001},
        {"conversation_id": asked, "reason": "spam", "details": None},
        {"conversation_id": asked, "reason": "spam", "reporter_id": 1},
    ):
        assert post(**wrong).status_code == 422
    assert len(stored(app)) == 2


def test_operators_list_them_newest_first_without_what_was_written(
    app: Flask, sam: User, bea: User, asked: int
) -> None:
    with app.app_context():
        messages.send(sam, asked, "a secret between two", "1")
        first = reports.report(bea, asked, "fraud", "Wants money.")
        second = reports.report(sam, asked, "other")
    rows = listed(app)
    assert [row[0] for row in rows] == [str(second), str(first)]
    assert rows[1][1].endswith("Z")
    assert rows[1][2:] == [f"{bea.id} Bea", str(asked), "fraud", "Wants money."]
    assert "secret" not in str(rows)


def test_nothing_that_is_written_commands_a_terminal_or_forges_a_line(
    app: Flask, asked: int, bea: User
) -> None:
    with app.app_context():
        reports.report(bea, asked, "fraud", "one\n7\ttwo\x1b[2J\x9b31m\u202ethree")
    (row,) = listed(app)
    assert row[-1] == "one 7 two [2J 31m three"


def test_an_empty_list_is_empty(app: Flask) -> None:
    assert listed(app) == []
