"""A command that runs beside the test, with all the processes it starts."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path


class Running:
    """start.sh as somebody sees it who has typed it: lines on the screen, and an end."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        self.environment = environment
        self.lines: list[str] = []
        self._process = subprocess.Popen(
            command,
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    @property
    def url(self) -> str:
        """Where it should serve."""
        return f"http://127.0.0.1:{self.environment['PORT']}"

    @property
    def pid(self) -> int:
        """That of the command, and of the program in its place."""
        return self._process.pid

    def wait_for(self, text: str) -> str:
        """Read until a line holds this text, and return that line."""
        assert self._process.stdout
        for line in self._process.stdout:
            self.lines.append(line.rstrip("\n"))
            if text in line:
                return self.lines[-1]
        raise AssertionError(f"it ended without saying {text!r}: {self.lines}")

    def wait(self) -> int:
        """Read to the end; the exit status."""
        assert self._process.stdout
        self.lines += self._process.stdout.read().splitlines()
        return self._process.wait(60)

    def stop(self) -> int:
        """Ask it to stop, as ``kill`` does."""
        self._process.send_signal(signal.SIGTERM)
        return self.wait()

    def press_ctrl_c(self) -> int:
        """A terminal sends it to every process of the command."""
        os.killpg(self._process.pid, signal.SIGINT)
        return self.wait()

    def children(self) -> list[int]:
        """The processes it waits for, in the order they were started."""
        path = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def end(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()
