"""What takes too long is ended in the database, and said so."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import literal_column, select, text

from marketplace.catalogue import search
from marketplace.storage.database import db
from marketplace.storage.deadlines import TimeUpError, within

# Counts what no index knows: years on any machine.
ENDLESS = {
    "sqlite": """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n
    """,
    "mysql": """
        SELECT count(*) FROM information_schema.collations a, information_schema.collations b,
        information_schema.collations c, information_schema.collations d
        WHERE a.id + b.id + c.id + d.id = -1
    """,
}
RUNNING = text(
    "SELECT count(*) FROM information_schema.processlist WHERE info LIKE '%a.id + b.id%'"
)


def test_an_endless_statement_is_ended_in_the_database_too(app_context: None) -> None:
    connection = db.session.connection()
    dialect = connection.dialect.name
    with pytest.raises(TimeUpError) as raised, within(connection, 0.2):
        connection.execute(text(ENDLESS[dialect]))
    assert raised.value.status == 503
    assert raised.value.headers["Retry-After"]
    if dialect == "mysql":
        assert connection.scalar(RUNNING) == 1  # this question itself


def test_what_comes_after_on_the_same_connection_has_all_its_time(app_context: None) -> None:
    connection = db.session.connection()
    with within(connection, 0.01):
        pass
    if connection.dialect.name == "sqlite":
        count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000)"
        assert connection.scalar(text(f"{count} SELECT max(i) FROM n")) == 300_000
    else:
        assert connection.scalar(text("SELECT SLEEP(0.1)")) == 0


def test_other_faults_stay_what_they_are(app_context: None) -> None:
    connection = db.session.connection()
    with pytest.raises(Exception, match="no_such_table"), within(connection, 1):
        connection.execute(text("SELECT * FROM no_such_table"))


def test_a_search_has_such_an_end(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        statement = ENDLESS[db.engine.dialect.name]
    endless = literal_column(f"({statement})").label("id")
    monkeypatch.setattr(search, "found", lambda _query: select(endless))
    answer = client.get("/marketplace?q=bicycle")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "This search takes too long. Please try other words." in answer.text
