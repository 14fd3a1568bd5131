"""The site as a process: gunicorn with real workers, started and ended by the tests."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
START_TIMEOUT_SECONDS = 30


def free_port() -> int:
    """A port on loopback that nobody listens on.

    A connection that has just ended keeps it: for a minute the kernel gives it to nobody who asks
    for any port, in this process or one beside it, and to who asks for this one.
    """
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            accepted, _ = door.accept()
            accepted.close()  # who hangs up first is who keeps the port
    return port


class Server:
    """gunicorn serving ``application`` on a migrated database. A context manager."""

    def __init__(
        self,
        database_url: str,
        instance: Path,
        *,
        workers: int = 2,
        application: str = "wsgi:app",
        **environment: str,
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.instance = instance
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "INSTANCE_PATH": str(instance),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "WEB_CONCURRENCY": str(workers),
            "PYTHONPATH": str(ROOT),
            "RATELIMIT_ENABLED": "false",
            **environment,
        }
        self._application = application
        self._log = instance / "server.log"

    def __enter__(self) -> Self:
        self.instance.mkdir(parents=True, exist_ok=True)
        self.flask("db", "upgrade")
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def command(self) -> list[str]:
        """The module that serves, and its arguments."""
        return ["gunicorn", self._application]

    def start(self) -> None:
        """Serve, again after ``stop`` or ``kill``, on the same port; returns when it answers."""
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self.command()],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_it_answers()

    def stop(self) -> None:
        """End it as an operator does; what is under way is answered."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the master and all its workers the hard way."""
        workers = self.worker_pids()
        self._process.kill()  # first, or it would start new workers
        for pid in workers:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()

    def reload(self) -> None:
        """Have all workers replaced, as ``systemctl reload`` does."""
        self._process.send_signal(signal.SIGHUP)

    def flask(self, *arguments: str) -> str:
        """Run a ``flask`` command on this server's database; its output."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def log(self) -> str:
        """What the server has printed so far."""
        return self._log.read_text()

    def worker_pids(self) -> list[int]:
        """The processes that answer requests: the master's children."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def kill_a_worker(self) -> None:
        """End one worker the hard way, as the kernel does when memory runs out."""
        pids = self.worker_pids()
        if pids:
            with suppress(ProcessLookupError):
                os.kill(pids[0], signal.SIGKILL)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended at once:\n{self.log}")
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/login")
                connection.getresponse().read()
            except OSError:
                time.sleep(0.05)  # the wait for a condition: no answer yet
            else:
                return
            finally:
                connection.close()
        raise RuntimeError(f"the server does not answer:\n{self.log}")


class PollsServer(Server):
    """The same application under the second server of docs/polls.md, as its unit starts it."""

    def command(self) -> list[str]:
        """granian, with one process."""
        address = ["--host", "127.0.0.1", "--port", str(self.port)]
        threads = ["--workers", "1", "--blocking-threads", "1"]
        return ["granian", "--interface", "wsgi", *address, "--no-ws", *threads, self._application]
