"""The application with SQLite's own BEGIN, which takes the lock with the first write only.

What a unit has read before is then a snapshot that must not be written from: the write fails at
once with "database is locked", and no timeout helps.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from marketplace import create_app, database


@contextmanager
def turn_with_the_first_write(connection: Connection) -> Iterator[None]:
    """No queue, and no lock yet."""
    connection.exec_driver_sql("BEGIN")
    yield


database._turn_to_write = turn_with_the_first_write
app = create_app()
