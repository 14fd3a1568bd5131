"""Alive is not ready: what each says while all is well, and while something is missing."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import downgrade, upgrade

from config import Settings
from marketplace import create_app
from marketplace.database import db
from tests.conftest import need
from tests.mariadb import MariaDBServer
from tests.queries import counted

LONGEST_SECONDS = 2.0


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDBServer]:
    """A server that may be stopped."""
    need("mariadbd")
    with MariaDBServer(tmp_path_factory.mktemp("mariadb")) as running:
        yield running


@pytest.fixture(scope="module")
def on_mariadb(mariadb: MariaDBServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on it."""
    instance = str(tmp_path_factory.mktemp("instance"))
    app = create_app(
        Settings.from_environment({"DATABASE_URL": mariadb.url, "INSTANCE_PATH": instance})
    )
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()
        app.extensions["reader"].dispose()


def test_alive_asks_nobody(client: FlaskClient):
    with counted() as statements:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.data) == (200, b"alive\n")
    assert "Set-Cookie" not in answer.headers
    assert statements == []


def test_ready_says_so(client: FlaskClient):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"ready": True, "failing": {}}
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_ready_has_read_from_a_table(client: FlaskClient):
    with counted() as statements:
        client.get("/readyz")
    assert any("FROM alembic_version" in statement for statement in statements)


def test_a_missing_migration_is_not_ready_but_alive(app: Flask, client: FlaskClient):
    with app.app_context():
        downgrade()
    try:
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json is not None
        assert set(answer.json["failing"]) == {"migrations"}
        assert client.get("/healthz").status_code == 200
    finally:
        with app.app_context():
            upgrade()
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
def test_an_empty_database_is_not_ready(tmp_path: Path, database: object):
    app = create_app(Settings.from_environment({"INSTANCE_PATH": str(tmp_path)}))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert "nothing" in answer.json["failing"]["migrations"]


def test_without_its_database_it_is_alive_and_not_ready(on_mariadb: Flask, mariadb: MariaDBServer):
    client = on_mariadb.test_client()
    assert client.get("/readyz").status_code == 200
    mariadb.stop()
    try:
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json is not None
        assert set(answer.json["failing"]) == {"database"}
        assert str(mariadb.port) not in answer.get_data(as_text=True)
        assert client.get("/healthz").status_code == 200
    finally:
        mariadb.start()
    assert client.get("/readyz").status_code == 200


def test_a_database_that_says_nothing_is_not_waited_for(on_mariadb: Flask, mariadb: MariaDBServer):
    """The mechanism: its own connection, with an end to connecting and to the first answer."""
    client = on_mariadb.test_client()
    mariadb.freeze()
    try:
        asked_at = time.monotonic()
        answer = client.get("/readyz")
        took = time.monotonic() - asked_at
    finally:
        mariadb.thaw()
    assert answer.status_code == 503
    assert took < LONGEST_SECONDS
    assert client.get("/readyz").status_code == 200
