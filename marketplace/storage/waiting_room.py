"""Where pictures wait for their turn to be decoded: a room with an end.

Few are decoded at one time, on the machine as a whole, so that processors are left to pages and
polls. Those who wait hold a thread each, so only few of a process may, and none for long; who
finds the room full is asked to come back.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, current_app
from flask_babel import gettext as _

from marketplace.texts.errors import BusyError

# Half of the processors, and never more than 4: each may take 640 MB.
AT_ONCE = max(1, min(4, (os.cpu_count() or 1) // 2))
# Threads of a process that decode or wait to. Beside them 5 may be busy with passwords, of 8.
IN_A_PROCESS = 2
SECONDS = 10.0  # that one waits for a turn
PAUSE_SECONDS = 0.02


class WaitingRoom:
    """The places of this process, and the turns that all processes on this machine share.

    A turn is a file's lock: the kernel takes it back from who ends, in whatever way.
    """

    def __init__(self, folder: Path, at_once: int = AT_ONCE) -> None:
        self._turns = [folder / f"{number}.lock" for number in range(at_once)]
        self._places = threading.BoundedSemaphore(IN_A_PROCESS)
        self._inside: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, who: str) -> Iterator[None]:
        """Be let in, for all pictures that come together: what was begun is not sent away.

        Nobody has two places of a process, so that there is one for others.

        :raises BusyError: at once, when the room is full, and for who is in it already.
        """
        with self._lock:
            if who in self._inside or not self._places.acquire(blocking=False):
                raise busy()
            self._inside.add(who)
        try:
            yield
        finally:
            with self._lock:
                self._inside.remove(who)
            self._places.release()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait to decode one picture.

        :raises BusyError: when it does not come in time.
        """
        lock = self._wait()
        try:
            yield
        finally:
            os.close(lock)

    def _wait(self) -> int:
        ends_at = time.monotonic() + SECONDS
        while time.monotonic() < ends_at:
            for path in self._turns:
                lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    os.close(lock)
                else:
                    return lock
            time.sleep(PAUSE_SECONDS)
        raise busy()


def init_app(app: Flask) -> None:
    """Open the room. Its locks are files in the instance folder, which all workers share."""
    folder = Path(app.instance_path) / "decoding"
    folder.mkdir(parents=True, exist_ok=True)
    app.extensions["waiting_room"] = WaitingRoom(folder)


def current_room() -> WaitingRoom:
    """The running application's."""
    room: WaitingRoom = current_app.extensions["waiting_room"]
    return room


def busy() -> BusyError:
    """The refusal of who has to come back."""
    return BusyError(_("Many photos come in at this moment. Please try again in a few seconds."))
