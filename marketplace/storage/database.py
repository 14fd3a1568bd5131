"""The database: connections, the unit of work, and time as it is stored.

Two rules keep messages whole, and both live here. A verb that writes runs as *one* unit of
work, and a unit that lost a conflict is repeated from its beginning, never from its middle.
What a unit has to tell the world is told after its commit, and only then.
"""

import fcntl
import functools
import logging
import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar

from blinker import Signal
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Executable,
    Integer,
    MetaData,
    PoolResetState,
    Select,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_SECONDS = 5
LOCK_WAIT_TIMEOUT_SECONDS = 3
# A server that stops answering must not hold a thread for long; longer than a lock is waited for.
ANSWER_TIMEOUT_SECONDS = 5
BIGGEST = 2**63 - 1  # what a BIGINT holds
CONNECT_TIMEOUT_SECONDS = 2
CONNECTIONS = 10  # a process's threads, and some
SQLITE_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "cache_size = -256",  # in KiB
)
HERE = ("localhost", "127.0.0.1", "::1")
# Upper bounds of the random pauses before a lost unit of work is tried again, in seconds.
PAUSES = (0.02, 0.05, 0.1, 0.2, 0.4)
# After this no further try begins: a person waits, and the page tries again by itself.
GIVE_UP_SECONDS = 2
MYSQL_LOCK_WAIT_TIMEOUT, MYSQL_DEADLOCK, MYSQL_RECORD_CHANGED = 1205, 1213, 1020
# Too many connections, shutting down, no quorum (Galera), cannot connect (socket, address), gone.
# Its disk is full, or it takes no changes while another server takes its place.
MYSQL_AWAY = (1040, 1053, 1047, 2002, 2003, 2006, 2013, 1021, 1114, 1290, 1836)
UNKNOWN = 2000  # CR_UNKNOWN_ERROR: the driver gave up before the server said anything
MYSQL_IN_TRANSACTION = 1  # SERVER_STATUS_IN_TRANS of the protocol
SQLITE_AWAY = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
)

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

retried = Signal("Sent with a verb's name and the error's ``code`` when its unit is repeated.")

BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers only INTEGER keys itself


class Base(DeclarativeBase):
    """The tables. MySQL's default collations take all emoji for equal; this one does not."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    __table_args__: Any = {  # noqa: RUF012 - SQLAlchemy reads it once
        "mysql_engine": "InnoDB",
        "mysql_charset": "utf8mb4",
        "mysql_collate": "utf8mb4_unicode_520_ci",
    }


db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={"expire_on_commit": False},
)


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: always aware, always UTC, to the millisecond."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Keep milliseconds on MySQL too, which drops them by default."""
        precise = mysql.DATETIME(fsp=3) if dialect.name in ("mysql", "mariadb") else DateTime()
        return dialect.type_descriptor(precise)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Store without a zone; a naive moment is a mistake of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


def utcnow() -> datetime:
    """Now, cut to the milliseconds that the database keeps."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def iso(moment: datetime) -> str:
    """A moment as programs read it: ISO 8601, UTC, milliseconds, ``Z``."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def engine_options(url: str) -> dict[str, Any]:
    """What both engines, the session's and the reader's, need to know about this database.

    On a server every wait has an end, so that no thread hangs when it goes away.
    """
    if url.startswith("sqlite"):
        # In this mode Python's driver opens no transaction for a SELECT and BEGIN IMMEDIATE for
        # the first write, so that nobody holds an old snapshot that must not be written from.
        return {
            "hide_parameters": True,  # errors are logged, and texts and hashes must not be
            "connect_args": {"timeout": BUSY_TIMEOUT_SECONDS, "isolation_level": "IMMEDIATE"},
        }
    return {
        "hide_parameters": True,
        "isolation_level": "READ COMMITTED",
        "connect_args": {
            "init_command": f"SET innodb_lock_wait_timeout = {LOCK_WAIT_TIMEOUT_SECONDS}",
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "read_timeout": ANSWER_TIMEOUT_SECONDS,
            "write_timeout": ANSWER_TIMEOUT_SECONDS,
            **encryption(url),
        },
        "pool_size": CONNECTIONS,
        "pool_timeout": CONNECT_TIMEOUT_SECONDS,
        "pool_recycle": 1800,
        # The pool would send a ROLLBACK after each COMMIT too: one more wait for the server.
        "pool_reset_on_return": None,
        "pool_events": [(_roll_back_what_is_open, "reset")],
    }


def _roll_back_what_is_open(connection: Any, _record: Any, state: PoolResetState) -> None:
    """Leave nothing begun to the next one who gets this connection, as after a COMMIT that failed.

    Whether something is open the server has told with its last answer to a statement that
    changes something; what has only read, SQLAlchemy has ended already.
    """
    if not state.transaction_was_reset and connection.server_status & MYSQL_IN_TRANSACTION:
        connection.rollback()


def encryption(url: str) -> dict[str, Any]:
    """How a connection to a server is encrypted: as the address says, else where it can be.

    Not within one machine. The driver gets ready for it with each connection, whether or not the
    server offers it, and each then keeps 0.7 MB of certificates: 20 MB in a worker.
    """
    address = make_url(url)
    is_here = address.host in HERE or "unix_socket" in address.query
    is_asked_for = any(name.startswith("ssl") for name in address.query)
    return {"ssl_disabled": True} if is_here and not is_asked_for else {}


def init_app(app: Flask) -> None:
    """Bind the session's engine and the reader's to the application's database."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", engine_options(url))
    db.init_app(app)
    app.extensions["reader"] = create_engine(
        url,
        **(engine_options(url) | {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}),
    )


def reader() -> Engine:
    """The engine for single statements that only read: no BEGIN, no ROLLBACK, one round trip."""
    engine: Engine = current_app.extensions["reader"]
    return engine


@event.listens_for(Engine, "do_connect")
def _connect(dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
    """Have whatever keeps a connection from being made count as the database being away.

    Servers refuse for many reasons, each with a number of its own; and where the driver lacks a
    package or a file it needs for this one, it raises what is no error of a database at all.
    """
    try:
        return dialect.connect(*arguments, **options)
    except Exception as error:
        refused: Any = error
        if not isinstance(error, dialect.loaded_dbapi.Error):
            reason = f"{type(error).__name__}: {error}"
            logger.warning("the driver cannot connect: %s", reason)
            refused = dialect.loaded_dbapi.OperationalError(UNKNOWN, reason)
        refused.while_connecting = True
        raise refused from None


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Write-ahead log with a flush at each commit: acknowledged means on disk. Few pages of it are
    kept, for there are two connections for each thread, and the kernel keeps them all."""
    if isinstance(connection, sqlite3.Connection):
        for pragma in SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")


def transaction(verb: Callable[P, T]) -> Callable[P, T]:
    """Make a verb one unit of work: all of it is stored, or nothing.

    A unit that lost a conflict (SQLite busy, a deadlock, a lock waited for in vain, a lost
    connection, also at COMMIT) is repeated as a whole; the last error is raised when it keeps
    losing. A lost connection at COMMIT leaves open whether it was stored, so what must not
    happen twice carries a unique key (a message its client id). Inside another unit the verb
    joins it. A unit that finds changes a library left in the session stores them too, but is
    tried once only: they could not be repeated.
    """

    @functools.wraps(verb)
    def unit(*args: P.args, **kwargs: P.kwargs) -> T:
        session = db.session()
        if "after_commit" in session.info:
            return verb(*args, **kwargs)
        repeatable = not (session.new or session.dirty or session.deleted)
        give_up_at = time.monotonic() + GIVE_UP_SECONDS
        for pause in PAUSES if repeatable else ():
            try:
                return _run_unit(verb, *args, **kwargs)
            except DBAPIError as error:
                if not is_conflict(error) or time.monotonic() > give_up_at:
                    raise
                current_app.logger.info("unit of work repeated: %s", verb.__qualname__)
                retried.send(verb.__qualname__, code=error_code(error))
            time.sleep(random.uniform(0, pause))  # noqa: S311 - spreads the retries, no secret
        return _run_unit(verb, *args, **kwargs)

    return unit


def _run_unit(verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    session = db.session()
    after_commit: list[Callable[[], None]] = []
    connection = session.connection()
    session.info |= {"after_commit": after_commit, "connection": connection}
    try:
        with _turn_to_write(connection):
            result = verb(*args, **kwargs)
            session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info["after_commit"], session.info["connection"]
    for tell in after_commit:
        tell()
    return result


@contextmanager
def _turn_to_write(connection: Connection) -> Iterator[None]:
    """On SQLite, be the one writer until the unit ends; a server's writers need no turn.

    SQLite has those who come second look again after pauses that grow, so that under load the
    unlucky wait for seconds while others pass. Here they queue for a lock on a file beside the
    database, and the kernel wakes them as soon as it is free, also when its holder was killed.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    turn = os.open(f"{connection.engine.url.database}-turn", os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
    except BaseException:
        db.session.rollback()  # before the next one's turn
        raise
    finally:
        os.close(turn)


def connection() -> Connection:
    """The session's: the running unit of work's, if there is one."""
    unit: Connection | None = db.session.info.get("connection")
    return unit or db.session.connection()


def upsert(
    table: type[Base], columns: Sequence[str], rows: Select[Any], changed: Sequence[str]
) -> Executable:
    """Insert these rows; of those that are there by their primary key, change these columns."""
    if db.engine.dialect.name == "sqlite":
        insert = sqlite.insert(table).from_select(columns, rows)
        key = [column.name for column in table.__table__.primary_key]
        return insert.on_conflict_do_update(
            index_elements=key, set_={name: insert.excluded[name] for name in changed}
        )
    there = mysql.insert(table).from_select(columns, rows)
    return there.on_duplicate_key_update({name: there.inserted[name] for name in changed})


def after_commit(tell: Callable[[], None]) -> None:
    """Have ``tell`` called when the running unit of work is stored; never if it is not."""
    db.session.info["after_commit"].append(tell)


def is_conflict(error: DBAPIError) -> bool:
    """Whether another try of the whole unit can help at once."""
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error):
        return error_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return error_code(error) in (MYSQL_LOCK_WAIT_TIMEOUT, MYSQL_DEADLOCK, MYSQL_RECORD_CHANGED)


def is_away(error: DBAPIError) -> bool:
    """Whether the database itself cannot serve now: nothing is wrong with what was asked."""
    if error.connection_invalidated or getattr(error.orig, "while_connecting", False):
        return True
    away = SQLITE_AWAY if isinstance(error.orig, sqlite3.Error) else MYSQL_AWAY
    return error_code(error) in away


def error_code(error: DBAPIError) -> int | None:
    """The database's own number for what went wrong."""
    if isinstance(error.orig, sqlite3.Error):
        # The low byte is the primary code; the rest says why (a snapshot, a checkpoint).
        code: int | None = getattr(error.orig, "sqlite_errorcode", None)
        return None if code is None else code & 0xFF
    arguments = error.orig.args if error.orig else ()
    return arguments[0] if arguments else None
