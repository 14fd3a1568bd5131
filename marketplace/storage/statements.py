"""Statements of the hot paths: written in SQLAlchemy as any other, compiled once, and given to the
driver past all of it.

To check a connection out of a pool, to look up how a statement was compiled, and to wrap its rows
costs several times what the statement itself does.
"""

import json
import re
import threading
from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from sqlalchemy import Boolean, DateTime, Dialect, Engine, Insert, Integer, Select, Update, func
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from marketplace.storage import database
from marketplace.storage.database import CONNECT_TIMEOUT_SECONDS

# As the two drivers are given them: MariaDB's by name, SQLite's in order.
PARAMETER = re.compile(r"%\((?P<name>\w+)\)s|\?")

WITHOUT_ZONE = len("2026-11-21 12:00:00.000000")

PACKED_FROM = 4  # columns
# What JSON has no word for, and what MariaDB puts into it: 0, "0" or false, as it happens.
UNPACKED: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    ((DateTime, database.UTCDateTime), datetime.fromisoformat),
    (Boolean, lambda value: value in (1, "1")),
    (Integer, int),
)

_own = threading.local()


class _Prepared:
    """A statement with named parameters (``bindparam``). Moments are passed as text; see
    :func:`as_text`."""

    def __init__(
        self,
        statement: Select[*tuple[Any, ...]] | Insert | Update,
        columns: Sequence[str] | None = None,
    ) -> None:
        """:param columns: those that an INSERT gives."""
        self._statement = statement
        self._columns = columns
        self._texts: dict[str, _Text] = {}

    def prepared_in(self, dialect: Dialect) -> "_Text":
        """As this database's driver takes it."""
        text = self._texts.get(dialect.name)
        if text is None:
            text = self._texts[dialect.name] = _text(self._statement, dialect, self._columns)
        return text


class Lookup(_Prepared):
    """One that reads by itself: each thread keeps a connection for them, in autocommit like all
    of the reader's.

    A connection that was lost while it lay idle is replaced, and asked again at once.
    """

    def first(self, engine: Engine, **values: Any) -> Any:
        """The one row, None where there is none, as the driver gives it: of few columns.

        :raises DBAPIError: as any statement does.
        """
        return self._fetch(engine, values, "fetchone")

    def rows(self, engine: Engine, **values: Any) -> list[Any]:
        """All rows as SQLAlchemy would give them: named tuples, their values of Python's types.

        :raises DBAPIError: as :meth:`first`.
        """
        text = self.prepared_in(engine.dialect)
        return [text.converted(each) for each in self._fetch(engine, values, "fetchall")]

    def _fetch(self, engine: Engine, values: dict[str, Any], how: str) -> Any:
        text = self.prepared_in(engine.dialect)
        sql, parameters = text.sql, text.parameters(values)
        began = monotonic()
        try:
            return _ask(_connection(engine), sql, parameters, how)
        except engine.dialect.loaded_dbapi.Error as error:
            _own.__dict__.clear()
            if monotonic() - began > CONNECT_TIMEOUT_SECONDS / 2:  # it hangs; so would the next
                raise _wrapped(error, engine.dialect, sql) from error
        try:
            return _ask(_connection(engine), sql, parameters, how)
        except engine.dialect.loaded_dbapi.Error as error:
            _own.__dict__.clear()
            raise _wrapped(error, engine.dialect, sql) from error


class Step(_Prepared):
    """One of a unit of work, on its connection and in its transaction."""

    def run(self, **values: Any) -> Any:
        """The first row as :meth:`Lookup.rows` gives it; None where there is none, and from a
        statement that writes.

        :raises DBAPIError: as any statement does.
        """
        connection = database.connection()
        text = self.prepared_in(connection.dialect)
        driver = connection.connection.dbapi_connection
        try:
            row = _ask(driver, text.sql, text.parameters(values), "fetchone")
        except connection.dialect.loaded_dbapi.Error as error:
            wrapped = _wrapped(error, connection.dialect, text.sql)
            if wrapped.connection_invalidated:
                connection.invalidate(error)
            raise wrapped from error
        return None if row is None else text.converted(row)


@dataclass(frozen=True)
class _Text:
    """A statement as a driver takes it: ``names`` is the order of the parameters, ``constants``
    has the values that are part of it. ``converters`` make of what the driver gives what
    Python's side of each column is; of a ``packed`` one it gives a single text of JSON."""

    sql: str
    names: list[str]
    constants: dict[str, Any]
    row: Callable[..., Any]
    converters: list[Callable[[Any], Any] | None]
    packed: bool

    def parameters(self, values: dict[str, Any]) -> tuple[Any, ...]:
        """All of them, as the driver takes them."""
        return tuple(map((self.constants | values).__getitem__, self.names))

    def converted(self, row: Sequence[Any]) -> Any:
        """A row of the driver's as SQLAlchemy would give it."""
        if self.packed:
            row = json.loads(row[0])
        return self.row(*map(_converted, self.converters, row))


def _text(
    statement: Select[*tuple[Any, ...]] | Insert | Update,
    dialect: Dialect,
    given: Sequence[str] | None,
) -> _Text:
    columns = list(statement.selected_columns) if isinstance(statement, Select) else []
    packed = dialect.name == "mysql" and len(columns) >= PACKED_FROM
    if packed:
        statement = _packed(statement)  # type: ignore[arg-type]  # one with columns
    compiled = statement.compile(dialect=dialect, column_keys=given)
    sql, names = _with_numbers(compiled)
    constants = {name: _constant(compiled, name) for name in names}
    return _Text(
        sql,
        names,
        {name: value for name, value in constants.items() if value is not None},
        # A name that is no word of Python's, as of an expression without a label, becomes _3.
        namedtuple("Row", [str(each.key) for each in columns], rename=True),
        [_converter(each.type, dialect, packed=packed) for each in columns],
        packed,
    )


def _packed(statement: Select[*tuple[Any, ...]]) -> Select[str]:
    """All columns as one text. MariaDB's driver, written in Python, reads the description of each
    column anew with every answer: 13 of them take it 120 us, as one 60 with what reads the JSON."""
    array = func.json_array(*statement.selected_columns)
    return statement.with_only_columns(array, maintain_column_froms=True)


def _converter(
    kind: TypeEngine[Any], dialect: Dialect, *, packed: bool
) -> Callable[[Any], Any] | None:
    convert = kind.dialect_impl(dialect).result_processor(dialect, None)
    unpack = next((each for type_, each in UNPACKED if isinstance(kind, type_)), None)
    if not packed or unpack is None:
        return convert
    return lambda value: None if value is None else (convert or _as_it_is)(unpack(value))


def _as_it_is(value: Any) -> Any:
    return value


def _with_numbers(compiled: SQLCompiler) -> tuple[str, list[str]]:
    """The text with its constant numbers in it and a mark for each other parameter, and the names
    of those in their order.

    MariaDB's driver writes each value into the text anew, with each request.
    """
    in_order = iter(compiled.positiontup or ())
    names = []

    def written(mark: re.Match[str]) -> str:
        name = mark["name"] or next(in_order)
        constant = _constant(compiled, name)
        if isinstance(constant, int):
            return str(int(constant))
        names.append(name)
        return "%s" if mark["name"] else "?"

    return PARAMETER.sub(written, compiled.string), names


def _constant(compiled: SQLCompiler, name: str) -> Any:
    """The value of a parameter that is part of the statement; None for one to be given."""
    return None if compiled.binds[name].required else compiled.params[name]


def _converted(convert: Callable[[Any], Any] | None, value: Any) -> Any:
    return value if convert is None else convert(value)


def as_text(moment: datetime) -> str:
    """A moment in UTC as both drivers' databases compare it when it is given as text."""
    return moment.isoformat(" ", "microseconds")[:WITHOUT_ZONE]


def _ask(connection: Any, sql: str, parameters: Any, how: str) -> Any:
    cursor = connection.cursor()
    try:
        cursor.execute(sql, parameters)
        return getattr(cursor, how)()
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


def _wrapped(error: Exception, dialect: Dialect, sql: str) -> Any:
    """The error as SQLAlchemy would raise it, for those who tell a lost database from a bug."""
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
