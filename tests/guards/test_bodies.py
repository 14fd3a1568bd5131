"""What is sent: too much of it, too deep, of the wrong kind. Refused, and nothing is stored."""

import base64
import http.client
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from config import BODY_LIMIT_BYTES, FIELDS_MAX
from marketplace.catalogue.models import Listing
from marketplace.messaging import conversations
from marketplace.storage.database import Base, db
from marketplace.web.bodies import ACCOUNT_LIMIT_BYTES, TAKE_FILES, TEXT_LIMIT_BYTES
from tests import cast
from tests.databases import Database
from tests.deploy.asking import multipart
from tests.servers import Server

DEPTH = 100_000
PARTS = "multipart/form-data"
TAKE_NO_JSON = {
    *("attachments.upload", "conversations.note_typing", "people.block"),
    *("groups.accept", "groups.block"),
}
NOWHERE = 987654


@pytest.fixture
def conversation(app: Flask, sam, bea, bicycle: int) -> int:
    with app.app_context():
        return conversations.open_about(bea, bicycle)


def stored(app: Flask) -> dict[str, int]:
    """How many rows each table has."""
    with app.app_context():
        return {
            table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def api(conversation: int) -> str:
    return f"/api/v1/conversations/{conversation}/messages"


def test_too_much_is_refused(
    app: Flask, as_bea: FlaskClient, conversation: int, monkeypatch: pytest.MonkeyPatch
):
    """With a small limit. The real one is tested on the served site, below."""
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 2000)
    form = {"title": "Chair", "photos": (io.BytesIO(b"x" * 2000), "x.jpg")}
    headers = {"X-CSRFToken": cast.token(as_bea)}
    before = stored(app)
    answer = as_bea.post("/marketplace/new", data=form, headers=headers)
    assert answer.status_code == 413
    assert "This is too large." in answer.text
    assert stored(app) == before


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "application/json", "text/plain"]
)
def test_what_is_no_photo_is_refused_much_sooner(
    app: Flask, as_bea: FlaskClient, conversation: int, kind: str
):
    """Mechanism: ``marketplace/web/bodies.py``. Such a body is read into memory whole, and anybody
    may send one."""
    headers = {"X-CSRFToken": cast.token(as_bea)}
    before = stored(app)
    padded = json.dumps({"body": "Hello"}) + " " * TEXT_LIMIT_BYTES
    told = as_bea.post(api(conversation), data=padded, content_type=kind, headers=headers)
    if kind == "application/json":
        assert told.status_code == 413
        assert told.json == {
            "error": {"code": "request_entity_too_large", "message": "This is too large."}
        }
    else:
        assert told.status_code in (413, 415)
    form = "body=" + "x" * TEXT_LIMIT_BYTES
    address = f"/messages/{conversation}"
    shown = as_bea.post(address, data=form, content_type=kind, headers=headers)
    assert shown.status_code == (415 if kind == "application/json" else 413)
    assert stored(app) == before


FORM = "application/x-www-form-urlencoded"


def posts(app: Flask, conversation: int) -> Iterator[tuple[str, str]]:
    """The endpoint and address of each form."""
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            yield rule.endpoint, re.sub(r"<[^>]+>", str(conversation), rule.rule)


def test_a_form_of_an_account_is_small(as_bea: FlaskClient, app: Flask, conversation: int):
    headers = {"X-CSRFToken": cast.token(as_bea)}
    for endpoint, address in posts(app, conversation):
        for kind in (FORM, "multipart/form-data; boundary=end"):
            body = b"email=" + b"\xcc\x81" * (ACCOUNT_LIMIT_BYTES // 2)
            answer = as_bea.post(address, data=body, content_type=kind, headers=headers)
            if endpoint.startswith("accounts."):
                assert answer.status_code == 413, (address, kind)
                assert "This is too large." in answer.text
            else:
                assert answer.status_code != 413, address


def test_only_what_takes_photos_is_sent_much(app: Flask, as_bea: FlaskClient, conversation: int):
    headers = {"X-CSRFToken": cast.token(as_bea)}
    assert {endpoint for endpoint, _ in posts(app, conversation)} >= TAKE_FILES
    for endpoint, address in posts(app, conversation):
        body, kind = multipart({}, anything=b"x" * TEXT_LIMIT_BYTES)
        answer = as_bea.post(address, data=body, content_type=kind, headers=headers)
        takes_it = endpoint in TAKE_FILES
        assert (answer.status_code in (413, 415)) is not takes_it, address


def test_many_fields_are_refused_before_they_are_taken_apart(
    app: Flask, client: FlaskClient, as_bea: FlaskClient, conversation: int
):
    """Mechanism: ``_count_fields``, and MAX_FORM_PARTS for multipart."""
    many, allowed = "a=&" * FIELDS_MAX, "a=&" * (FIELDS_MAX - 1)
    for browser in (client, as_bea):
        token = cast.token(browser)
        for address in ("/login", "/register", f"/messages/{conversation}", "/marketplace/new"):
            headers = {"X-CSRFToken": token}
            refused = browser.post(address, data=many, content_type=FORM, headers=headers)
            taken = browser.post(address, data=allowed, content_type=FORM, headers=headers)
            is_open = address in ("/login", "/register")
            if browser is as_bea or is_open:
                assert refused.status_code == 413, address
                assert "This is too large." in refused.text
            assert taken.status_code in (303, 422), address
            parts = {f"field{number}": "" for number in range(FIELDS_MAX + 1)}
            answer = browser.post(address, data=parts, headers=headers, content_type=PARTS)
            assert answer.status_code == (413 if browser is as_bea or is_open else 303), address


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(dict.fromkeys(map(str, range(FIELDS_MAX + 1)), 1)),
        json.dumps({"body": "Hello", "attachment_ids": [""] * (FIELDS_MAX + 1)}),
        json.dumps([1] * (FIELDS_MAX + 1)),
        json.dumps({"body": "Hello"}) + " " * TEXT_LIMIT_BYTES,
    ],
    ids=["fields", "values", "list", "bytes"],
)
def test_json_of_many_fields_or_bytes_is_too_large(
    app: Flask, as_bea: FlaskClient, conversation: int, text: str
):
    before = stored(app)
    headers = {"X-CSRFToken": cast.token(as_bea), "Content-Type": "application/json"}
    answer = as_bea.post(api(conversation), data=text, headers=headers)
    assert answer.status_code == 413
    assert answer.json is not None
    assert answer.json["error"]["message"] == "This is too large."
    assert stored(app) == before


def test_the_longest_message_fits_however_it_is_written(as_bea: FlaskClient, conversation: int):
    text = json.dumps({"body": "\U0001f6b2" * 5_000, "client_id": "x" * 64})
    headers = {"X-CSRFToken": cast.token(as_bea), "Content-Type": "application/json"}
    assert len(text) > 60_000
    assert as_bea.post(api(conversation), data=text, headers=headers).status_code == 201


def test_an_address_with_many_arguments_is_too_long(client: FlaskClient):
    assert client.get("/marketplace?" + "q=&" * (FIELDS_MAX - 1)).status_code == 200
    answer = client.get("/marketplace?" + "q=&" * FIELDS_MAX)
    assert answer.status_code == 414
    assert "This address is too long." in answer.text


def test_a_text_that_is_only_too_long_stays_on_its_page(as_bea: FlaskClient, conversation: int):
    text = "x" * (TEXT_LIMIT_BYTES // 2)
    form = {"csrf_token": cast.token(as_bea), "body": text}
    answer = as_bea.post(f"/messages/{conversation}", data=form)
    assert answer.status_code == 422
    assert text in answer.text


def test_the_served_site_does_not_wait_for_what_it_will_refuse(database: Database, tmp_path: Path):
    """Mechanism: MAX_CONTENT_LENGTH. Only the announcement is sent here; the answer is there."""
    with Server(database.create(), tmp_path / "instance") as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=15)
        connection.putrequest("POST", "/login")
        connection.putheader("Content-Type", "multipart/form-data; boundary=end")
        connection.putheader("Content-Length", str(BODY_LIMIT_BYTES + 1))
        connection.endheaders()
        answer = connection.getresponse()
        assert answer.status == 413
        assert "This is too large." in answer.read().decode()
        connection.close()


@pytest.mark.parametrize(
    "text",
    [
        '{"body":' + "[" * DEPTH + "]" * DEPTH + "}",
        '{"body":' * DEPTH + "1" + "}" * DEPTH,
        "[" * DEPTH,
    ],
    ids=["lists", "objects", "without an end"],
)
def test_json_that_is_too_deep_is_the_senders_fault(
    app: Flask, as_bea: FlaskClient, conversation: int, text: str
):
    """Mechanism: the handler for RecursionError in ``errors.py``."""
    headers = {"X-CSRFToken": cast.token(as_bea)}
    before = stored(app)
    for method, address in (
        ("POST", api(conversation)),
        ("PUT", f"/api/v1/conversations/{conversation}/read"),
        ("POST", f"/messages/{conversation}"),
        ("POST", "/login"),
        ("POST", "/marketplace/new"),
    ):
        answer = as_bea.open(
            address, method=method, data=text, content_type="application/json", headers=headers
        )
        assert 400 <= answer.status_code < 500, address
    assert stored(app) == before


LONG = "9" * 5_000  # digits; Python reads 4,300 of a whole number


@pytest.mark.parametrize(
    "text",
    [
        f'{{"seq": {LONG}}}',
        f'{{"body": "Hello", "beside": -{LONG}}}',
        f"[{LONG}]",
        LONG,
        '{"seq": NaN}',
        '{"seq": Infinity, "body": "Hello"}',
        '{"body": "x',
        "\xff\xfe",
        "{",
    ],
    ids=["seq", "beside", "list", "alone", "NaN", "Infinity", "cut", "no UTF-8", "no end"],
)
def test_json_that_cannot_be_read_is_the_senders_fault_everywhere(
    app: Flask, as_bea: FlaskClient, conversation: int, text: str
):
    """Mechanism: ``JSONReader`` of the API."""
    headers = {"X-CSRFToken": cast.token(as_bea)}
    before = stored(app)
    asked = 0
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH"}:
            if not rule.rule.startswith("/api/v1/"):
                continue
            # What takes none does what it is asked, wherever it can: nowhere.
            there = NOWHERE if rule.endpoint in TAKE_NO_JSON else conversation
            address = re.sub(r"<[^>]+>", str(there), rule.rule)
            answer = as_bea.open(
                address,
                method=method,
                data=text.encode("latin-1"),
                content_type="application/json",
                headers=headers,
            )
            assert answer.status_code < 500, address
            if rule.endpoint not in TAKE_NO_JSON:
                assert answer.status_code == 400, address
                assert answer.json == {
                    "error": {
                        "code": "bad_request",
                        "message": "This request could not be understood.",
                    }
                }
                asked += 1
    assert asked >= 4
    assert stored(app) == before


@pytest.mark.parametrize("value", ["1e400", "-1e400", "1e-400", "123456789012345678901", "1.5"])
def test_a_number_that_is_json_but_no_place_is_a_value_to_mend(
    as_bea: FlaskClient, conversation: int, value: str
):
    answer = as_bea.put(
        f"/api/v1/conversations/{conversation}/read",
        data=f'{{"seq": {value}}}',
        content_type="application/json",
        headers={"X-CSRFToken": cast.token(as_bea)},
    )
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]["field"] == "seq"


def test_long_numbers_elsewhere_are_nobodys_fault_but_the_senders(
    as_bea: FlaskClient, conversation: int
):
    """In paths, queries, cursors and forms."""
    cursor = base64.urlsafe_b64encode(f"{LONG} {LONG}".encode()).decode()
    form = {"csrf_token": cast.token(as_bea), "seq": LONG, "title": "Chair", "remove": LONG}
    for address, expected in {
        f"/messages/{LONG}": 404,
        f"/marketplace/{LONG}": 404,
        f"/messages/{LONG}/poll": 404,
        f"/messages/{conversation}/poll?after={LONG}": 400,
        f"/messages/{conversation}?before={LONG}": 400,
        f"/messages?cursor={cursor}": 400,
        f"/marketplace?page={LONG}": 200,
    }.items():
        assert as_bea.get(address).status_code == expected, address
    assert as_bea.post(f"/messages/{conversation}/read", data=form).status_code in (303, 400)
    assert as_bea.post("/marketplace/new", data=form).status_code == 422


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_what_another_site_can_send_is_no_json(
    app: Flask, as_bea: FlaskClient, conversation: int, kind: str
):
    """Mechanism: ``resource`` of the API. A form of any site can post text/plain to this one."""
    headers = {"X-CSRFToken": cast.token(as_bea), "Origin": "https://evil.example"}
    before = stored(app)
    text = json.dumps({"body": "Hello"})
    sent = as_bea.post(api(conversation), data=text, content_type=kind, headers=headers)
    read = as_bea.put(
        f"/api/v1/conversations/{conversation}/read",
        data='{"seq": 1}',
        content_type=kind,
        headers=headers,
    )
    for answer in (sent, read):
        assert answer.status_code == 415
        assert answer.json is not None
        assert answer.json["error"]["code"] == "unsupported_media_type"
    assert stored(app) == before


@pytest.mark.parametrize("value", [5, None, True, ["a", "b"], {"a": 1}, [[]]], ids=repr)
def test_json_in_place_of_a_form_is_refused(
    app: Flask, as_bea: FlaskClient, conversation: int, bicycle: int, value: Any
):
    """Mechanism: ``marketplace/web/bodies.py``; forms would find numbers where texts belong."""
    headers = {"X-CSRFToken": cast.token(as_bea)}
    fields = ("body", "client_id", "title", "price", "email", "password", "name", "seq", "language")
    before = stored(app)
    for address in (
        f"/messages/{conversation}",
        f"/messages/{conversation}/read",
        f"/marketplace/{bicycle}/contact",
        "/marketplace/new",
        "/profile",
        "/profile/password",
        "/language",
    ):
        answer = as_bea.post(address, json=dict.fromkeys(fields, value), headers=headers)
        assert answer.status_code == 415, address
    assert stored(app) == before


def test_titles_are_unchanged_by_all_this(app: Flask, bicycle: int):
    """The counts above would not see a changed row."""
    with app.app_context():
        assert db.session.get_one(Listing, bicycle).title == "Red bicycle"
