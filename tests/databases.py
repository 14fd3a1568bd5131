"""Real databases for the tests: a folder of SQLite files, and a private MariaDB server."""

import itertools
from pathlib import Path
from typing import Protocol

import pymysql
from pytest_mysql.executor import MySQLExecutor


class Database(Protocol):
    """Where tests get empty databases from."""

    name: str

    def create(self) -> str:
        """Make an empty database and return its ``DATABASE_URL``."""


class SQLite:
    """Files in a folder that goes with the test session."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    def create(self) -> str:
        """A path; the file appears with its first connection."""
        return f"sqlite:///{self._folder / f'test{next(self._numbers)}.db'}"


class MariaDB:
    """A server of our own, on its own port, with its own data folder."""

    name = "mariadb"

    def __init__(self, process: MySQLExecutor) -> None:
        self._process = process
        self._numbers = itertools.count(1)
        self.execute(
            "CREATE USER 'test'@'127.0.0.1' IDENTIFIED BY 'test'",
            "GRANT ALL ON *.* TO 'test'@'127.0.0.1'",
        )

    def create(self) -> str:
        """A new schema on the running server."""
        schema = f"test{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {schema}")
        return f"mysql+pymysql://test:test@127.0.0.1:{self._process.port}/{schema}"

    def execute(self, *statements: str) -> list[tuple[object, ...]]:
        """Run statements as the one who may do everything: who started it. The rows of the last."""
        connection = pymysql.connect(unix_socket=self._process.unixsocket, user=self._process.user)
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                return list(cursor.fetchall())
        finally:
            connection.close()
