"""Statements of the hot path: compiled once, and asked past all of SQLAlchemy.

Checking a connection out of a pool, in again, and wrapping its rows costs several times what
the statement itself does. So each thread keeps a connection of its own for them, in autocommit
like all of the reader's. The statement is written in SQLAlchemy as any other.
"""

import threading
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from sqlalchemy import Dialect, Engine, Select
from sqlalchemy.exc import DBAPIError

from marketplace.database import CONNECT_TIMEOUT_SECONDS

_own = threading.local()


class Lookup:
    """A statement that finds one row or none, with named parameters (``bindparam``)."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._texts: dict[str, _Text] = {}

    def first(self, engine: Engine, **values: Any) -> Any:
        """The row as the driver gives it. Moments are passed as text; see :func:`as_text`.

        A connection that was lost while it lay idle is replaced, and asked again at once.

        :raises DBAPIError: as any statement does.
        """
        text = self._in(engine.dialect)
        sql, parameters = text.sql, text.parameters(values)
        began = monotonic()
        try:
            return _ask(engine, sql, parameters)
        except engine.dialect.loaded_dbapi.Error as error:
            _own.__dict__.clear()
            if monotonic() - began > CONNECT_TIMEOUT_SECONDS / 2:  # it hangs; so would the next
                raise _wrapped(error, engine, sql) from error
        try:
            return _ask(engine, sql, parameters)
        except engine.dialect.loaded_dbapi.Error as error:
            _own.__dict__.clear()
            raise _wrapped(error, engine, sql) from error

    def _in(self, dialect: Dialect) -> "_Text":
        text = self._texts.get(dialect.name)
        if text is None:
            compiled = self._statement.compile(dialect=dialect)
            text = _Text(compiled.string, compiled.params, compiled.positiontup)
            self._texts[dialect.name] = text
        return text


@dataclass(frozen=True)
class _Text:
    """A statement as a driver takes it, and the values that are part of it; ``names`` is the
    order of the parameters, None for a driver that takes them by name."""

    sql: str
    constants: dict[str, Any]
    names: list[str] | None

    def parameters(self, values: dict[str, Any]) -> Any:
        """All of them, as the driver takes them."""
        parameters = self.constants | values
        return parameters if self.names is None else tuple([parameters[x] for x in self.names])


def as_text(moment: datetime) -> str:
    """A moment as both drivers' databases compare it when it is given as text."""
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def _ask(engine: Engine, sql: str, parameters: Any) -> Any:
    cursor = _connection(engine).cursor()
    try:
        cursor.execute(sql, parameters)
        return cursor.fetchone()
    finally:
        cursor.close()


def _connection(engine: Engine) -> Any:
    """This thread's connection: the driver's own, opened as all of this engine's are."""
    owner, connection = getattr(_own, "connection", (None, None))
    if owner is not engine:
        _own.kept = engine.connect()
        _own.kept.detach()  # from the pool, so that it is closed with the thread
        connection = _own.kept.connection.dbapi_connection
        _own.connection = engine, connection
    return connection


def _wrapped(error: Exception, engine: Engine, sql: str) -> Exception:
    """The error as SQLAlchemy would raise it, for those who tell a lost database from a bug."""
    dialect = engine.dialect
    lost = dialect.is_disconnect(error, None, None)  # type: ignore[arg-type]
    return DBAPIError.instance(
        sql,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )
