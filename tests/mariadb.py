"""A MariaDB server of our own that a test may stop, kill and start again on the same data."""

import os
import signal
import socket
import subprocess
import time
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

import pymysql

from tests.servers import free_port

START_TIMEOUT_SECONDS = 30


class MariaDBServer:
    """One mariadbd, data folder, port and socket, below a folder. A context manager."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._options = options
        self._data = folder / "data"
        self._socket = folder / "socket"
        self._log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.url = f"mysql+pymysql://test:test@127.0.0.1:{self.port}/test"

    def __enter__(self) -> Self:
        self._data.mkdir(parents=True)
        subprocess.run(
            [
                "mariadb-install-db",
                "--no-defaults",
                "--skip-test-db",
                "--auth-root-authentication-method=normal",
                f"--datadir={self._data}",
            ],
            check=True,
            capture_output=True,
        )
        try:
            self.start()
            with self._as_root() as connection, connection.cursor() as cursor:
                cursor.execute("CREATE DATABASE test")
                cursor.execute("CREATE USER 'test'@'127.0.0.1' IDENTIFIED BY 'test'")
                cursor.execute("GRANT ALL ON *.* TO 'test'@'127.0.0.1'")
        except BaseException:
            self.kill()  # __exit__ is not called for what was not entered
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.kill()  # its data goes with the test

    def start(self) -> None:
        """Start, and return when it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    "/usr/sbin/mariadbd",
                    "--no-defaults",
                    *(["--user=root"] if os.geteuid() == 0 else []),
                    f"--datadir={self._data}",
                    f"--socket={self._socket}",
                    f"--port={self.port}",
                    "--bind-address=127.0.0.1",
                    "--max-connections=400",
                    *self._options,
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"mariadbd does not answer:\n{self._log.read_text()}")
            time.sleep(0.05)  # the wait for a condition: no answer yet

    def stop(self) -> None:
        """Shut down in good order."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(START_TIMEOUT_SECONDS)
            self._process = None

    def kill(self) -> None:
        """End it the hard way (SIGKILL), as a power cut would end the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Let it take connections and say nothing, as a server does whose disk hangs."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        """Whether it serves: a node of a cluster listens before it takes statements.

        Where nobody listens yet PyMySQL leaves its socket open, and that is a warning.
        """
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(self._socket)):
                return False
        try:
            with self._as_root() as connection, connection.cursor() as cursor:
                cursor.execute("SELECT COUNT(*) FROM mysql.user")
        except pymysql.err.OperationalError:
            return False
        return True

    def _as_root(self) -> "closing[pymysql.Connection[pymysql.cursors.Cursor]]":
        return closing(pymysql.connect(unix_socket=str(self._socket), user="root"))
