"""Statements that end when their time is up, in the database too.

Elsewhere each statement's work is bounded by what it asks for. What strangers may have looked for
in all there is has a clock besides: who asked has long gone when the server is still at it.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from marketplace.storage.database import error_code
from marketplace.texts.errors import BusyError

STEPS = 10_000  # of SQLite between two looks at the clock: half a millisecond
ENDED = {sqlite3.SQLITE_INTERRUPT, 1969, 3024}  # the latter so MariaDB and MySQL say it


class TimeUpError(BusyError):
    """It took longer than it may."""

    code = "time_up"


@contextmanager
def within(connection: Connection, seconds: float) -> Iterator[None]:
    """Each statement on this connection takes so long at most; on SQLite, all of them together.

    :raises TimeUpError: in place of the database's own.
    """
    set_clock, stop_clock = _clock(connection, seconds)
    set_clock()
    try:
        yield
    except DBAPIError as error:
        if error_code(error) in ENDED:
            message = _("This search takes too long. Please try other words.")
            raise TimeUpError(message) from None
        raise
    finally:
        with suppress(DBAPIError):  # the connection itself was lost
            stop_clock()


def _clock(connection: Connection, seconds: float) -> tuple[Any, Any]:
    dialect: Any = connection.dialect
    if dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        until = time.monotonic() + seconds
        return (
            lambda: driver.set_progress_handler(lambda: time.monotonic() > until, STEPS),
            lambda: driver.set_progress_handler(None, STEPS),
        )
    setting, value = (
        ("max_statement_time", seconds)
        if dialect.is_mariadb
        else ("max_execution_time", int(seconds * 1000))
    )
    return (
        lambda: connection.exec_driver_sql(f"SET SESSION {setting} = {value}"),
        lambda: connection.exec_driver_sql(f"SET SESSION {setting} = DEFAULT"),
    )
