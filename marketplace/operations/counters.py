"""Where limits are counted: in a file, in Redis, and in memory when neither answers."""

import logging
import sqlite3
import threading
import time
import weakref
from pathlib import Path
from typing import Any

from limits.storage import RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter

PATIENCE_SECONDS = 0.25  # for a store; a limit is not worth a longer wait
AWAY_SECONDS = 5.0  # before a store that failed is asked again

logger = logging.getLogger(__name__)


class Counters:
    """The count that all processes share, and this one's own while that does not answer."""

    def __init__(self, shared: Storage) -> None:
        self._shared = FixedWindowRateLimiter(shared)
        faults = shared.base_exceptions
        self._faults: tuple[type[Exception], ...] = (
            (*faults, OSError) if isinstance(faults, tuple) else (faults, OSError)
        )
        self._own = FixedWindowRateLimiter(InFile(Path(":memory:")))
        self._away_until = 0.0

    def ask(self, question: str, *arguments: Any, **options: Any) -> Any:
        """Call this method of ``limits``' strategy. Never raises because of a store."""
        if time.monotonic() >= self._away_until:
            try:
                return getattr(self._shared, question)(*arguments, **options)
            except self._faults as error:
                self._away_until = time.monotonic() + AWAY_SECONDS
                logger.warning("limits are counted in memory for now: %s", error)
        return self.ask_here(question, *arguments, **options)

    def ask_here(self, question: str, *arguments: Any, **options: Any) -> Any:
        """The same of what this process alone has counted."""
        return getattr(self._own, question)(*arguments, **options)


def in_redis(url: str) -> RedisStorage:
    """Counts for workers on several machines. Nobody waits for a Redis that hangs."""
    # Here, because loading it is a fifth of the start's time and most sites have none.
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.retry import Retry  # noqa: PLC0415

    options: dict[str, Any] = {
        "socket_connect_timeout": PATIENCE_SECONDS,
        "socket_timeout": PATIENCE_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }
    return RedisStorage(url, key_prefix="marketplace:limits", **options)


class InFile(Storage):
    """Counts for the workers of one machine, in an SQLite file that no message has to wait for.

    One connection for a process, made with the first count: none is shared with a fork. Nothing
    is flushed to disk, so that a machine which goes down forgets some counts.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._lock = threading.Lock()
        self._opened: sqlite3.Connection | None = None

    @property
    def base_exceptions(self) -> type[Exception]:
        """What asking it may raise."""
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and forget all that has expired."""
        now = time.time()
        with self._lock, self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM counts WHERE expires_at <= ?", (now,))
            connection.execute(
                "INSERT INTO counts (key, count, expires_at) VALUES (?, MAX(0, ?), ?) "
                "ON CONFLICT (key) DO UPDATE SET count = MAX(0, count + ?)",
                (key, amount, now + expiry, amount),
            )
            return self._read(connection, key)[0]

    def get(self, key: str) -> int:
        """The count, 0 for none."""
        with self._lock:
            return self._read(self._connection(), key)[0]

    def get_expiry(self, key: str) -> float:
        """When it will be forgotten."""
        with self._lock:
            return self._read(self._connection(), key)[1]

    def check(self) -> bool:
        """Whether it can be used."""
        return self.get("") == 0

    def clear(self, key: str) -> None:
        """Forget one."""
        with self._lock:
            self._connection().execute("DELETE FROM counts WHERE key = ?", (key,))

    def reset(self) -> int:
        """Forget all; how many they were."""
        with self._lock:
            return self._connection().execute("DELETE FROM counts").rowcount

    def _read(self, connection: sqlite3.Connection, key: str) -> tuple[int, float]:
        now = time.time()
        row: tuple[int, float] | None = connection.execute(
            "SELECT count, expires_at FROM counts WHERE key = ? AND expires_at > ?", (key, now)
        ).fetchone()
        return row or (0, now)

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            self._opened = _open(self._path)
            weakref.finalize(self, self._opened.close)
        return self._opened


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
    )
    _turn_its_log_on(connection)
    connection.executescript(
        "PRAGMA synchronous = OFF;"
        "CREATE TABLE IF NOT EXISTS counts "
        "(key TEXT PRIMARY KEY, count INTEGER NOT NULL, expires_at REAL NOT NULL);"
        "CREATE INDEX IF NOT EXISTS ix_counts_expires_at ON counts (expires_at);"
    )
    return connection


def _turn_its_log_on(connection: sqlite3.Connection) -> None:
    """SQLite fails some of those who do so with a new file at once, without letting them wait."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > give_up_at:
                raise
        else:
            return
        time.sleep(0.001)
