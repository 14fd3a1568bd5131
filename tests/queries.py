"""Hearing of the statements that reach the database, on any engine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from marketplace import statements


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
