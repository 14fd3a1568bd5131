"""A small number for each process, for files that several processes write side by side."""

import fcntl
import itertools
import os
from pathlib import Path


class ProcessNumber:
    """Called, it gives a number that no other living process has in this folder.

    The kernel takes it back when the process ends, in whatever way, so that there are never more
    numbers than there were processes at one time, however many come and go.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pid: int | None = None
        self._number = 0
        self._lock: int | None = None

    def __call__(self) -> int:
        """This process's: taken the first time, and again after a fork."""
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._take()
        return self._number

    def _take(self) -> None:
        if self._lock is not None:  # the parent's, copied by the fork
            os.close(self._lock)
        for self._number in itertools.count():
            path = self._folder / f"{self._number}.lock"
            self._lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(self._lock)
            else:
                return
