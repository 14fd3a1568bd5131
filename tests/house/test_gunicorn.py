"""How gunicorn is set up: what forks share, and what it believes of a request."""

import gc
import http.client
import os
import runpy
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask_babel import force_locale

from config import LANGUAGES, Settings
from marketplace import create_app
from marketplace.storage.database import db
from marketplace.web.headers import HEADERS
from tests.databases import Database
from tests.servers import ROOT, Server, free_port


def check_config(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gunicorn", "--check-config", "wsgi:app"],
        cwd=ROOT,
        env={**os.environ, "INSTANCE_PATH": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_building_the_application_opens_no_connection_that_workers_would_share(
    database: Database, tmp_path: Path
):
    """``preload_app`` forks the workers from a process that has built it."""
    settings = Settings.from_environment(
        {"DATABASE_URL": database.create(), "INSTANCE_PATH": str(tmp_path)}
    )
    app = create_app(settings)
    with app.app_context():
        for engine in (db.engine, app.extensions["reader"]):
            assert engine.pool.checkedin() == 0
            assert engine.pool.checkedout() == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
def test_no_header_changes_where_a_request_seems_to_come_from(database: Database, tmp_path: Path):
    echo = "tests.house.echo:app"
    with Server(database.create(), tmp_path / "instance", application=echo) as site:
        forged = {
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Ssl": "on",
            "X-Forwarded-For": "203.0.113.9",
            "X-Forwarded-Host": "evil.example",
            "Forwarded": "for=203.0.113.9;proto=https;host=evil.example",
        }
        request = urllib.request.Request(site.url + "/", headers=forged)
        with urllib.request.urlopen(request) as answer:
            assert answer.read().decode() == f"http 127.0.0.1:{site.port} 127.0.0.1"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize(
    ("request_line", "more", "status"),
    [
        ("GET /marketplace?q=" + "x" * 9000 + " HTTP/1.1", "", 414),
        ("GET /marketplace HTTP/1.1", "X-Long: " + "x" * 9000 + "\r\n", 431),
        ("NONSENSE", "", 400),
    ],
    ids=["address", "headers", "nonsense"],
)
def test_what_gunicorn_refuses_itself_is_a_page_of_ours(
    server: Server, request_line: str, more: str, status: int
):
    """Mechanism: ``bare_errors.use_in_gunicorn``."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(f"{request_line}\r\nHost: x\r\n{more}\r\n".encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        page = answer.read().decode()
    assert answer.status == status
    assert "error-status" in page
    assert 'lang="fr"' in page
    assert "xxx" not in page
    for name, value in HEADERS.items():
        assert answer.headers.get_all(name) == [value]


def test_workers_are_forked_with_all_templates_and_nothing_to_collect(app: Flask):
    config = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    templates = app.jinja_env.list_templates(extensions=["html", "txt"])
    assert not any(count >= len(templates) for count in _compiled(app))
    gc.unfreeze()
    config["when_ready"](SimpleNamespace(app=SimpleNamespace(wsgi=lambda: app)))
    try:
        assert all(count >= len(templates) for count in _compiled(app))
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()


def _compiled(app: Flask) -> Iterator[int]:
    """How many templates there are in each language."""
    for language in LANGUAGES:
        with app.app_context(), force_locale(language):
            yield len(app.jinja_env.cache or ())


def test_a_good_environment_is_accepted(tmp_path: Path):
    assert check_config(tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "http"), ("WEB_CONCURRENCY", "0"), ("POLL_INTERVAL", "soon")]
)
def test_a_setting_that_cannot_be_read_is_one_sentence(tmp_path: Path, name: str, value: str):
    checked = check_config(tmp_path, **{name: value})
    assert checked.returncode == 1
    assert checked.stderr.startswith(name)
    assert checked.stderr.count("\n") == 1, "no traceback"


def test_a_worker_that_is_booting_hears_that_it_must_stop(tmp_path: Path):
    """Without the hooks in gunicorn.conf.py the signal is lost, and the worker killed at last."""
    config = ["-c", "python:tests.house.slow_boot", "--graceful-timeout", "5"]
    with subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *config, "tests.house.echo:app"],
        cwd=ROOT,
        env={**os.environ, "INSTANCE_PATH": str(tmp_path), "PORT": str(free_port())},
        stderr=subprocess.PIPE,
        text=True,
    ) as site:
        assert site.stderr
        for line in site.stderr:
            if "Booting worker" in line:
                site.terminate()
                break
        said = site.stderr.read()
    assert said.count("Booting worker") == 1
    assert said.count("Worker exiting") == 2
    assert site.returncode == 0
