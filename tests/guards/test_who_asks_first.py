"""Who asks comes before what is asked: nobody is told what is wrong with their request."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.web.bodies import TEXT_LIMIT_BYTES

KINDS = ("application/json", "multipart/form-data", "text/plain", "image/png", "")
PREFIX = "/api/v1/"
OPEN = {"/api/v1/openapi.json"}


def routes(app: Flask) -> Iterator[tuple[str, str, bool]]:
    """Method and address of all there is, and whether it is for people who are signed in."""
    for rule in app.url_map.iter_rules():
        is_for_people = getattr(app.view_functions[rule.endpoint], "is_for_people", False)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield method, re.sub(r"<[^>]+>", "1", rule.rule), is_for_people


@pytest.mark.parametrize("kind", KINDS)
def test_every_operation_asks_who_it_is_before_anything_else(
    app: Flask, client: FlaskClient, kind: str
):
    """Mechanism: ``_ask_who`` of ``accounts/guard.py``, before body and token are looked at."""
    operations = [each for each in routes(app) if each[1].startswith(PREFIX)]
    assert len(operations) > 8
    for method, address, _ in operations:
        if address in OPEN:
            continue
        for body in (b"x", json.dumps({"seq": 1}), b"x" * (TEXT_LIMIT_BYTES + 1)):
            answer = client.open(address, method=method, data=body, content_type=kind)
            assert answer.status_code == 401, (method, address)
            assert answer.json is not None
            assert answer.json["error"]["code"] == "unauthorized"


def test_every_page_for_people_sends_others_to_the_sign_in_before_anything_else(
    app: Flask, client: FlaskClient
):
    pages = [each for each in routes(app) if each[2] and not each[1].startswith(PREFIX)]
    assert len(pages) > 15
    for method, address, _ in pages:
        if address.endswith("/history"):  # which scripts ask for
            continue
        answer = client.open(
            address, method=method, data=b"x" * (TEXT_LIMIT_BYTES + 1), content_type="text/plain"
        )
        assert answer.status_code == 303, (method, address)
        assert urlsplit(answer.location).path == "/login"


def test_who_is_signed_in_is_told_what_is_wrong(as_bea: FlaskClient):
    assert as_bea.post("/api/v1/attachments", data=b"x", content_type="image/png").status_code in (
        400,
        415,
    )
