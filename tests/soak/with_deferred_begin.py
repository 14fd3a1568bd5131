"""The application with SQLite's own BEGIN, which takes the lock with the first write only, and
with no turns.

What a unit has read before is then a snapshot that must not be written from: the write fails at
once with "database is locked", and no timeout helps.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from marketplace import create_app, database


@contextmanager
def at_once(connection: Connection) -> Iterator[None]:
    """Let the first write take the lock."""
    connection.exec_driver_sql("BEGIN")
    yield


database._turn_to_write = at_once
app = create_app()
