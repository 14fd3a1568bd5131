"""The queue of ``jobs.py``: Huey in an SQLite file, made to lose no job.

Loaded by the worker and with the first job only: Huey brings Redis along, which is a fifth of
the start's time.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from huey import SqliteHuey, crontab
from huey.api import Task
from huey.storage import SqliteStorage
from huey.utils import utcnow

RETRIES = 12  # after 10 seconds, 20, 40 …: eleven hours in all
FIRST_RETRY_SECONDS = 10
LEASE = timedelta(minutes=5)  # far more than a job takes; then its worker must have died


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


class Queue(SqliteHuey):  # type: ignore[misc]
    """Jobs that are tried again when they fail, and what is to be done every hour."""

    storage_class = _Storage

    def __init__(self, path: Path, run: Callable[..., None]) -> None:
        """Open this file, or make it; ``run`` is called with what :meth:`later` was given."""
        super().__init__("jobs", filename=str(path), results=False, fsync=True)
        self._taken: dict[str, bytes] = {}
        retried = self.task(retries=RETRIES, retry_delay=FIRST_RETRY_SECONDS, retry_backoff=2)
        self.later = retried(run)

    def add_hourly(self, name: str, function: Callable[[], None]) -> None:
        """Have the worker call this once an hour."""
        self.periodic_task(crontab(minute="0"), name=name)(function)

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
