"""A database that cannot be connected to: 503 and a sentence, whatever the driver raises."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql
import pytest
from flask import Flask
from pytest_mysql.executor import MySQLExecutor

from config import Settings
from marketplace import create_app
from marketplace.storage.database import db
from tests.conftest import CHEAP_HASH, need

PASSWORD = "hunter2-of-the-shop"
GOOD = f"known:{PASSWORD}"
USERS = (
    f"CREATE USER IF NOT EXISTS 'known'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'",
    f"CREATE USER IF NOT EXISTS 'locked'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}' ACCOUNT LOCK",
    "CREATE DATABASE IF NOT EXISTS not_for_known",
)
REFUSED = "It refuses the user or the password."
NO_SCHEMA = "It has no such schema, or this user may not use it."
UNKNOWN = "The driver cannot connect; the log says why."


@pytest.fixture
def port(request: pytest.FixtureRequest) -> int:
    """That of a real MariaDB, which knows some people by name."""
    need("mariadbd")
    process: MySQLExecutor = request.getfixturevalue("mariadb_process")
    connection = pymysql.connect(unix_socket=process.unixsocket, user=process.user)
    with connection, connection.cursor() as cursor:
        for statement in USERS:
            cursor.execute(statement)
    return int(process.port)


@contextmanager
def site_on(url: str, instance: Path) -> Iterator[Flask]:
    """The application on it; errors are answered as in production, not raised."""
    settings = Settings.from_environment({"DATABASE_URL": url, "INSTANCE_PATH": str(instance)})
    app = create_app(settings, overrides=CHEAP_HASH)
    yield app
    with app.app_context():
        db.engine.dispose()
        app.extensions["reader"].dispose()


def assert_says(app: Flask, sentence: str, caplog: pytest.LogCaptureFixture) -> None:
    """Pages, the poll and the API, the probe, and the log."""
    client = app.test_client()
    for path in ("/marketplace", "/marketplace/1", "/readyz"):
        with caplog.at_level(logging.WARNING):
            answer = client.get(path)
        assert answer.status_code == 503, path
        assert path == "/readyz" or int(answer.headers["Retry-After"]) > 0
        assert PASSWORD not in answer.text
    assert answer.json == {"ready": False, "failing": {"database": sentence}}
    assert sentence in caplog.text
    assert PASSWORD not in caplog.text


@pytest.mark.parametrize(
    ("who", "where", "sentence"),
    [
        ("known:wrong", "/mysql", REFUSED),
        (f"locked:{PASSWORD}", "/mysql", "It has locked this user out."),
        (GOOD, "/not_for_known", NO_SCHEMA),
        (GOOD, "/nothing", NO_SCHEMA),
        (GOOD, "/mysql?ssl_ca=/nothing.pem", UNKNOWN),
    ],
    ids=["password", "locked", "another's schema", "no schema", "certificate"],
)
def test_whatever_keeps_us_out_is_503_and_said(
    port: int,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    who: str,
    where: str,
    sentence: str,
):
    """Mechanism: ``_connect`` of ``marketplace/storage/database.py``. The last is no error of a
    database: the driver raises what it meets (RuntimeError: a package for MySQL 8 is missing)."""
    with site_on(f"mysql+pymysql://{who}@127.0.0.1:{port}{where}", tmp_path) as app:
        assert_says(app, sentence, caplog)


@pytest.mark.parametrize("kind", ["no database", "a folder"])
def test_a_file_that_cannot_be_used_too(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: str
):
    file = tmp_path / "shop.db"
    if kind == "a folder":
        file.mkdir()
    else:
        file.write_bytes(b"this is no database, but a text" * 100)
    with site_on(f"sqlite:///{file}", tmp_path / "instance") as app:
        is_folder = kind == "a folder"
        assert_says(
            app,
            "Its file cannot be opened." if is_folder else "Its file is damaged, or no database.",
            caplog,
        )


def test_what_is_no_fault_of_the_connection_is_still_a_mistake_of_ours(app: Flask):
    with app.app_context(), db.engine.connect() as connection:
        with pytest.raises(Exception, match="nothing") as raised:
            connection.exec_driver_sql("SELECT nothing FROM nowhere")
        assert not getattr(raised.value.orig, "while_connecting", False)
