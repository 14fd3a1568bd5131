"""Hearing of the statements that reach the database, on any engine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from marketplace.storage import statements
from marketplace.storage.database import db


@contextmanager
def heard(tell: Callable[[str], object]) -> Iterator[None]:
    """Call ``tell`` with each statement before it is run."""

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        tell(statement)

    def ask_and_note(connection: Any, statement: str, *arguments: Any) -> Any:
        tell(statement)
        return ask(connection, statement, *arguments)

    ask = statements._ask  # the hot paths' go past SQLAlchemy and its events
    event.listen(Engine, "before_cursor_execute", note)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statements, "_ask", ask_and_note)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", note)


@contextmanager
def counted() -> Iterator[list[str]]:
    """``with counted() as statements:`` collects the SQL run inside."""
    collected: list[str] = []
    with heard(collected.append):
        yield collected


def plan_of(run: Callable[[], object], table: str) -> list[str]:
    """How the database gets at this table's rows in the statements of ``run``, in its own words."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        run()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    is_sqlite = db.engine.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
    reads = [each for each in asked if each[0].lstrip().startswith("SELECT")]
    rows = [
        row
        for statement, parameters in reads
        for row in db.session.connection().exec_driver_sql(f"{explain} {statement}", parameters)
    ]
    if is_sqlite:
        return [row.detail for row in rows if f" {table} " in row.detail]
    return [f"{row.type} {row.key} {row.Extra}" for row in rows if row.table == table]
