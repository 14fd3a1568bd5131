"""Empty databases to fill: SQLite files in a folder, and a MariaDB server of the bench's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

import pymysql

from tests.mariadb import MariaDBServer

NAMES = ("sqlite", "mariadb")
ENOUGH_MEMORY = "--innodb-buffer-pool-size=512M"  # for the rows of a million messages


class Databases(Protocol):
    """Where empty databases come from. ``pids`` are its server's processes."""

    name: str
    pids: list[int]

    def create(self) -> str:
        """The address of one more."""


class SQLite:
    """Files. There is no server."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.pids: list[int] = []
        self._folder = folder
        self._numbers = count(1)

    def create(self) -> str:
        """The file appears with its first connection."""
        return f"sqlite:///{self._folder / f'bench{next(self._numbers)}.db'}"


class MariaDB:
    """Schemas of one running server."""

    name = "mariadb"

    def __init__(self, server: MariaDBServer) -> None:
        assert server._process
        self.pids = [server._process.pid]
        self._port = server.port
        self._numbers = count(1)

    def create(self) -> str:
        """A new schema."""
        schema = f"bench{next(self._numbers)}"
        connection = pymysql.connect(
            host="127.0.0.1", port=self._port, user="test", password="test"
        )
        with connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {schema} CHARACTER SET utf8mb4")
        return f"mysql+pymysql://test:test@127.0.0.1:{self._port}/{schema}?charset=utf8mb4"


@contextmanager
def opened(name: str, folder: Path) -> Iterator[Databases]:
    """The databases of this kind, for as long as they are needed."""
    if name == "sqlite":
        yield SQLite(folder)
        return
    with MariaDBServer(folder / "mariadb", ENOUGH_MEMORY) as server:
        yield MariaDB(server)
