"""Work that can wait: kept in a file of its own until the worker process has done it.

``flask --app wsgi worker`` is that process. A job that fails is tried again, later and later;
one whose worker died in the middle comes back as well. A job may therefore run twice, but is
not lost.
"""

import os
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Generic, ParamSpec

from flask import Flask, current_app
from huey import SqliteHuey
from huey.api import Task
from huey.storage import SqliteStorage
from huey.utils import utcnow

from config import ConfigError

RETRIES = 12  # after 10 seconds, 20, 40 …: eleven hours in all
FIRST_RETRY_SECONDS = 10
LEASE = timedelta(minutes=5)  # far more than a job takes; then its worker must have died
THREADS = 2
LOOK_SECONDS = 1.0  # how long a job waits for an idle worker at most
STOP_TIMEOUT_SECONDS = 30

P = ParamSpec("P")

_functions: dict[str, Callable[..., None]] = {}


class Job(Generic[P]):
    """Decorates a function so that ``function.later(…)`` has the worker call it.

    Arguments are stored; take ids and texts, not rows.
    """

    def __init__(self, function: Callable[P, None]) -> None:
        self._name = f"{function.__module__}.{function.__name__}"
        _functions[self._name] = function

    def later(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Store the call. It outlives this process."""
        current_app.extensions["run_job"](self._name, args, kwargs)


def init_app(app: Flask) -> None:
    """Open the application's queue.

    :raises ConfigError: when its file cannot be written.
    """

    def run(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        with app.app_context():
            _functions[name](*args, **kwargs)

    try:
        folder = Path(app.instance_path)
        folder.mkdir(parents=True, exist_ok=True)
        queue = _Queue("jobs", filename=str(folder / "jobs.db"), results=False, fsync=True)
    except (OSError, sqlite3.OperationalError) as error:
        raise ConfigError(
            f"INSTANCE_PATH: '{app.instance_path}' cannot be written ({error})."
        ) from None
    os.register_at_fork(before=queue.storage.close)  # SQLite's connections survive no fork
    app.extensions["jobs"] = queue
    app.extensions["run_job"] = queue.task(
        retries=RETRIES, retry_delay=FIRST_RETRY_SECONDS, retry_backoff=2
    )(run)


def work() -> None:
    """Do the jobs as they come, until this process is told to stop (SIGTERM)."""
    current_app.extensions["jobs"].create_consumer(
        workers=THREADS,
        max_delay=LOOK_SECONDS,
        periodic=False,
        graceful_signal="TERM",
        shutdown_timeout=STOP_TIMEOUT_SECONDS,
    ).run()


def drain() -> None:
    """Do what waits, here and now (for tests). What fails stays for later."""
    queue = current_app.extensions["jobs"]
    while (task := queue.dequeue()) is not None:
        queue.execute(task)


class _Storage(SqliteStorage):  # type: ignore[misc]  # Huey has no types
    """Keeps a job that a worker took until it is settled. Huey's own forgets it at once."""

    def dequeue(self) -> bytes | None:
        """Take the next job, and in the same breath schedule it again for after the lease."""
        if not self.queue_size():
            return None
        with self.db(commit=True) as cursor:
            cursor.execute(
                "select id, data from task where queue = ? order by priority desc, id limit 1",
                (self.name,),
            )
            row = cursor.fetchone()
            if row is None:
                return None
            cursor.execute("delete from task where id = ?", (row[0],))
            cursor.execute(
                "insert into schedule (queue, data, timestamp) values (?, ?, ?)",
                (self.name, row[1], (utcnow() + LEASE).timestamp()),
            )
            data: bytes = row[1]
            return data

    def settle(self, data: bytes) -> None:
        """Forget a job for good."""
        self.sql(
            "delete from schedule where queue = ? and data = ?", (self.name, data), commit=True
        )


class _Queue(SqliteHuey):  # type: ignore[misc]
    storage_class = _Storage

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._taken: dict[str, bytes] = {}

    def dequeue(self) -> Task | None:
        data = self.storage.dequeue()
        if data is None:
            return None
        task = self.deserialize_task(data)
        self._taken[task.id] = data
        return task

    def execute(self, task: Task, timestamp: datetime | None = None) -> None:
        """Run it. Whatever came of it, done or to be tried again, is stored when this returns."""
        super().execute(task, timestamp)
        data = self._taken.pop(task.id, None)
        if data is not None:
            self.storage.settle(data)
