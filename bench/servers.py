"""The programs that answer: each a process group of its own, so that its work can be told."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from bench import cpu
from bench.load import Connection
from tests.servers import ROOT, free_port

START_TIMEOUT_SECONDS = 60
STOP_TIMEOUT_SECONDS = 10
LOG_TAIL = 2000  # characters
THREADS = 8

Command = Callable[[str, int, int], list[str]]
"""From application, port and number of workers to what starts them."""


def gunicorn(application: str, _port: int, _workers: int) -> list[str]:
    """As it is deployed: gunicorn.conf.py reads port and workers from the environment."""
    return [sys.executable, "-m", "gunicorn", application]


def granian(application: str, port: int, workers: int) -> list[str]:
    """The second server of docs/polls.md."""
    address = ["--host", "127.0.0.1", "--port", str(port)]
    threads = ["--workers", str(workers), "--blocking-threads", "1"]
    options = ["--interface", "wsgi", "--no-ws", *address, *threads]
    return [sys.executable, "-m", "granian", *options, application]


def bare_gunicorn(application: str, port: int, workers: int) -> list[str]:
    """The same gunicorn for the controls: same workers and threads, and no access log, which
    the application writes for no idle poll either."""
    options = {
        "config": os.devnull,
        "bind": f"127.0.0.1:{port}",
        "workers": str(workers),
        "worker-class": "gthread",
        "threads": str(THREADS),
        "keep-alive": "15",
        "log-level": "error",
    }
    named = [f"--{name}={value}" for name, value in options.items()]
    flags = ["--preload", "--no-control-socket"]
    return [sys.executable, "-m", "gunicorn", *named, *flags, application]


@dataclass(frozen=True)
class Way:
    """A way to serve the application. All of them are measured beside each other."""

    name: str
    command: Command = gunicorn
    application: str = "wsgi:app"
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)


OURS = Way("ours")  # as it is deployed: idle polls are answered in front of Flask
ORDINARY = Way("ordinary", application="bench.controls.ordinary:app")
GRANIAN = Way("granian", granian)
# One more row in the table of the idle poll is one more line here.
WAYS: tuple[Way, ...] = (OURS, ORDINARY, GRANIAN)


class Server:
    """A program that listens on a free port of loopback. A context manager."""

    def __init__(
        self, way: Way, folder: Path, environment: Mapping[str, str], *, workers: int = 1
    ) -> None:
        self.way = way
        self.port = free_port()
        self._command = way.command(way.application, self.port, workers)
        self._log = folder / f"{way.name}-{self.port}.log"
        self._environment = {
            **os.environ,
            **environment,
            **way.environment,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "WEB_CONCURRENCY": str(workers),
            "PYTHONPATH": str(ROOT),
        }

    def __enter__(self) -> Self:
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait_until_it_answers()
        except BaseException:
            self._kill()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is AssertionError:  # a wrong answer: why is known to the one who gave it
            print(self.log[-LOG_TAIL:], file=sys.stderr)
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill()

    @property
    def pids(self) -> list[int]:
        """Master and workers."""
        return cpu.group(self._process.pid)

    @property
    def log(self) -> str:
        """What it has printed so far."""
        return self._log.read_text()

    def connections(self, count: int) -> list[Connection]:
        """So many, open."""
        return [Connection(self.port) for _ in range(count)]

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            with suppress(OSError), Connection(self.port) as connection:
                connection.ask(b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                return
            time.sleep(0.05)  # the wait for a condition: no answer yet
        raise RuntimeError(f"{self.way.name} does not answer:\n{self.log}")

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
