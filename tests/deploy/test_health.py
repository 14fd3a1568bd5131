"""Alive is not ready: what each says while all is well, and while something is missing."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pymysql
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import downgrade, upgrade

from config import Settings
from marketplace import create_app
from marketplace.storage.database import db
from tests.conftest import need
from tests.mariadb import MariaDBServer
from tests.queries import counted
from tests.servers import free_port

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
    with application_on(mariadb, tmp_path_factory.mktemp("instance")) as app:
        yield app


@contextmanager
def application_on(server: MariaDBServer, folder: Path) -> Iterator[Flask]:
    """The application on a migrated database."""
    environment = {"DATABASE_URL": server.url, "INSTANCE_PATH": str(folder)}
    app = create_app(Settings.from_environment(environment))
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


def test_a_cluster_node_without_a_majority_is_not_ready(tmp_path: Path):
    """Such a node still answers ``SELECT 1``."""
    need("mariadbd")
    with galera_node(tmp_path / "mariadb") as node, application_on(node, tmp_path) as app:
        client = app.test_client()
        assert client.get("/readyz").status_code == 200
        execute(node, "SET GLOBAL wsrep_cluster_address = 'gcomm://127.0.0.1:1'")
        assert execute(node, "SELECT 1") == 1
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json is not None
        assert set(answer.json["failing"]) == {"cluster"}
        assert client.get("/healthz").status_code == 200
        node.kill()  # asked in good order, it would look for the others first


def galera_node(folder: Path) -> MariaDBServer:
    """A cluster of one."""
    address = f"127.0.0.1:{free_port()}"
    port = address.split(":")[1]
    return MariaDBServer(
        folder,
        "--wsrep_on=ON",
        "--wsrep_provider=/usr/lib/galera/libgalera_smm.so",
        "--wsrep_cluster_address=gcomm://",
        f"--wsrep_node_address={address}",
        f"--wsrep_provider_options=base_host=127.0.0.1;base_port={port};"
        f"gmcast.listen_addr=tcp://{address};pc.wait_prim_timeout=PT1S",
        "--binlog_format=ROW",
        "--innodb_autoinc_lock_mode=2",
    )


def execute(server: MariaDBServer, statement: str) -> object:
    """The first value it gives, if it gives one. Without SQLAlchemy, which would roll back."""
    with (
        closing(
            pymysql.connect(host="127.0.0.1", port=server.port, user="test", password="test")
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
        row = cursor.fetchone()
        return row[0] if row else None
