"""Work that can wait: kept in a file of its own until the worker process has done it.

``flask --app wsgi worker`` is that process. A job that fails is tried again, later and later;
one whose worker died in the middle comes back as well. A job may therefore run twice, but is
not lost.
"""

import os
import threading
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, ParamSpec

from flask import Flask, current_app
from setproctitle import setproctitle

from config import ConfigError

if TYPE_CHECKING:
    from marketplace.work.queue import Queue

THREADS = 2
LOOK_SECONDS = 1.0  # how long a job waits for an idle worker at most
STOP_TIMEOUT_SECONDS = 30

P = ParamSpec("P")

_functions: dict[str, Callable[..., None]] = {}
_opening = threading.Lock()
_hourly: list[Callable[[], None]] = []


class Job(Generic[P]):
    """Decorates a function so that ``function.later(…)`` has the worker call it.

    Arguments are stored; take ids and texts, not rows.
    """

    def __init__(self, function: Callable[P, None]) -> None:
        self._name = f"{function.__module__}.{function.__name__}"
        _functions[self._name] = function

    def later(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Store the call. It outlives this process."""
        queue_of(current_app).later(self._name, args, kwargs)


def hourly(function: Callable[[], None]) -> Callable[[], None]:
    """Decorates a function that the worker calls once an hour.

    One that fails is not tried again, and an hour without a worker is not made up for: what it
    has to do must be there to be done in the next one.
    """
    _hourly.append(function)
    return function


def init_app(app: Flask) -> None:
    """Have a place for the application's queue, which is opened when it is first needed.

    :raises ConfigError: when its file cannot be written.
    """
    folder = Path(app.instance_path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"INSTANCE_PATH: '{folder}' cannot be written ({error}).") from None
    if not os.access(folder, os.W_OK):
        raise ConfigError(f"INSTANCE_PATH: '{folder}' cannot be written.")
    app.extensions["open_jobs"] = cache(partial(_open, app))


def queue_of(app: Flask) -> "Queue":
    """The application's queue; this process opens it with the first call."""
    with _opening:
        queue: Queue = app.extensions["open_jobs"]()
    return queue


def _open(app: Flask) -> "Queue":
    from marketplace.work.queue import Queue  # noqa: PLC0415 - a fifth of the start's time

    def run(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        with app.app_context():
            _functions[name](*args, **kwargs)

    def run_hourly(function: Callable[[], None]) -> None:
        with app.app_context():
            function()

    queue = Queue(Path(app.instance_path) / "jobs.db", run)
    for function in _hourly:
        name = f"{function.__module__}.{function.__name__}"
        queue.add_hourly(name, partial(run_hourly, function))
    os.register_at_fork(before=queue.storage.close)  # SQLite's connections survive no fork
    return queue


def work() -> None:
    """Do the jobs as they come, until this process is told to stop (SIGTERM)."""
    setproctitle("marketplace: worker")
    queue_of(current_app).create_consumer(
        workers=THREADS,
        max_delay=LOOK_SECONDS,
        periodic=True,
        graceful_signal="TERM",
        shutdown_timeout=STOP_TIMEOUT_SECONDS,
    ).run()


def drain() -> None:
    """Do what waits, here and now (for tests). What fails stays for later."""
    queue = queue_of(current_app)
    while (task := queue.dequeue()) is not None:
        queue.execute(task)
