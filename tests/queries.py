"""Counting the statements that reach the database, on any engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from marketplace import lookups


@contextmanager
def counted() -> Iterator[list[str]]:
    """``with counted() as statements:`` collects the SQL run inside."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    def noting(engine: Engine, statement: str, *arguments: Any) -> Any:
        statements.append(statement)
        return ask(engine, statement, *arguments)

    ask = lookups._ask  # they go past SQLAlchemy and its events
    event.listen(Engine, "before_cursor_execute", note)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookups, "_ask", noting)
        try:
            yield statements
        finally:
            event.remove(Engine, "before_cursor_execute", note)
