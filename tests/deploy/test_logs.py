"""Logs can be shown around: no text, no password, no token, and every line is one of ours."""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from marketplace.accounts.models import User
from marketplace.operations import logs
from tests.deploy.asking import ask, eventually
from tests.deploy.visitor import Visitor
from tests.letters import link_sent_to
from tests.servers import ROOT, Server

PASSWORD, WRONG, BODY = "MARKER-password-1", "MARKER-wrong-password", "MARKER-body"
STOP_TIMEOUT_SECONDS = 30


@contextmanager
def worker(server: Server) -> Iterator[Path]:
    """The worker as a process; the file with what it prints."""
    output = server.instance / "worker.log"
    with output.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
            cwd=ROOT,
            env=server.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield output
    finally:
        process.terminate()
        process.wait(STOP_TIMEOUT_SECONDS)


def mailed_token(server: Server, kind: str) -> str:
    """The one of this kind of link, once a mail with it has been sent."""
    link = re.compile(rf"/{kind}/(\S+)")

    def mails() -> str:
        outbox = (server.instance / "outbox").glob("*")
        return "".join(mail.read_text() for mail in outbox).replace("=\n", "")

    assert eventually(lambda: link.search(mails()) is not None)
    token: str = link.findall(mails())[0]
    return token


def lines_of(output: str) -> list[dict[str, object]]:
    """All of them must be JSON objects."""
    return [json.loads(line) for line in output.splitlines()]


def test_nothing_secret_is_in_any_output_of_a_real_server(server: Server):
    """The mechanisms: paths are logged without query, token and body; hide_parameters."""
    bea = Visitor(server.url)
    bea.fill_in("/register", name="Bea", email="bea@example.com", password=PASSWORD)
    bea.fill_in("/login", email="bea@example.com", password=WRONG)
    with worker(server) as first_output:
        account_token = mailed_token(server, "verify")
    bea.fill_in(f"/verify/{account_token}")
    bea.get("/marketplace?q=MARKER-search")
    with worker(server) as worker_output:
        Visitor(server.url).fill_in("/reset", email="bea@example.com")
        token = mailed_token(server, "reset")
        Visitor(server.url).fill_in(f"/reset/{token}", password=PASSWORD + "2")
    failing = _send_into_a_broken_database(server)

    output = server.log + first_output.read_text() + worker_output.read_text()
    assert "Something went wrong" in failing
    assert "Traceback" in output, "the failure itself is told"
    for secret in ("MARKER", account_token, token, token.split(".")[0]):
        assert secret not in output
    assert "bea@example.com" not in output
    assert lines_of(output)


def _send_into_a_broken_database(server: Server) -> str:
    """A message that a database error gets hold of; the page that says so."""
    sam = Visitor(server.url)
    sam.fill_in("/register", name="Sam", email="sam@example.com", password=PASSWORD)
    sam.fill_in(link_sent_to("sam@example.com", server))
    engine = create_engine(server.environment["DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE listings RENAME TO gone"))
    engine.dispose()
    page = sam.get("/profile")
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found
    return sam.send(
        "/marketplace/new",
        csrf_token=found[1],
        title=BODY,
        description=BODY,
        price="1",
        currency="EUR",
    )


@pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
def test_the_access_log_names_every_answer_but_idle_polls(server: Server):
    answer = ask(server.port, "/marketplace?q=bicycle")
    assert eventually(lambda: '"/marketplace"' in server.log)
    (line,) = [line for line in lines_of(server.log) if line.get("path") == "/marketplace"]
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert (line["method"], line["status"], line["bytes"]) == ("GET", 200, len(answer.body))
    assert isinstance(line["seconds"], float)
    assert ask(server.port, "/messages/1/poll").status == 401
    assert eventually(lambda: '"/messages/1/poll"' in server.log)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
def test_nobody_writes_lines_of_their_own(server: Server):
    ask(server.port, "/x%0d%0a%7b%22level%22%3a%22forged%22%7d")
    assert eventually(lambda: "forged" in server.log)
    lines = lines_of(server.log)
    assert [line for line in lines if "forged" in str(line.get("path"))]
    assert not [line for line in lines if line["level"] == "forged"]


def test_without_a_proxy_nobody_chooses_the_id(client: FlaskClient):
    answer = client.get("/login", headers={"X-Request-ID": "chosen-by-the-client"})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-ID"])


@pytest.mark.parametrize("bad", ["short", "x" * 65, "with space 1", 'quote"123', "line\u00e9-123"])
def test_behind_a_proxy_an_id_of_another_form_is_replaced(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, bad: str
):
    monkeypatch.setitem(app.config, "TRUSTED_PROXIES", 1)
    good = client.get("/login", headers={"X-Request-ID": "0123-abcd-XYZ"})
    assert good.headers["X-Request-ID"] == "0123-abcd-XYZ"
    answer = client.get("/login", headers={"X-Request-ID": bad})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-ID"])


def test_an_error_page_shows_the_id_and_a_404_shows_none(client: FlaskClient):
    """A 404 about something hidden must equal, byte for byte, one about nothing."""
    refused = client.post("/marketplace")
    assert refused.status_code == 405
    assert refused.headers["X-Request-ID"] in refused.get_data(as_text=True)
    missing = client.get("/there/is/nothing")
    assert missing.headers["X-Request-ID"] not in missing.get_data(as_text=True)


def test_every_line_within_a_request_carries_its_id(app: Flask, sam: User):
    record = logging.LogRecord("marketplace", logging.INFO, "", 0, "hello\r\nworld", None, None)
    with app.test_request_context():
        line = logs.JSONLines().format(record)
        assert json.loads(line)["request_id"] == logs.request_id()
    assert "\n" not in line
    assert json.loads(line)["message"] == "hello\r\nworld"
    assert "request_id" not in json.loads(logs.JSONLines().format(record))


def test_a_reset_link_loses_its_token_wherever_it_turns_up(app: Flask):
    message = 'Exception on /reset/SECRET [GET], from "/reset/SECRET"?next=/'
    record = logging.LogRecord("marketplace", logging.ERROR, "", 0, message, None, None)
    line = logs.JSONLines().format(record)
    assert "SECRET" not in line
    assert json.loads(line)["message"].count("/reset/[token]") == 2
