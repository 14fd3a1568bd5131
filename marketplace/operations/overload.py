"""When there is more to do than this process can: polls give way to everything else.

A poll that is refused costs its page two seconds; a message that is refused costs somebody a
sale. So a process that is full answers polls with 503 before any work, and tells its pages to
ask less often; both end by themselves when there is room again.

"Full" has two faces. All threads busy: they wait for the database, or for each other. Or no
moment without work: Python runs one thread at a time, and requests queue before they get one,
where nobody sees them. The higher of the two shares, as a moving average, is the load: a moment of
many is no overload, nor is another program that takes the processors.
"""

import math
import os
import threading
from collections.abc import Iterable
from pathlib import Path
from time import monotonic, process_time
from typing import TYPE_CHECKING

from flask import Flask, current_app

from marketplace.texts.errors import DomainError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

THREADS = 8  # of a process; gunicorn.conf.py takes it from here
ROOM = 2  # threads that polls leave to everything else, and polls that are always let in
CROWD = 4  # requests at once, above which they are in each other's way
FULL = 0.95  # the average share above which polls are refused
BUSY = 0.85  # … and above which pages are told to ask less often
NOTE_SECONDS = 0.01  # load is noted no more often, which was a tenth of an idle poll's work
SAMPLE_SECONDS = 0.5
TASKS = Path("/proc/self/task")
MEMORY_SECONDS = 2.0  # how fast the average forgets
SLOWEST = 5  # times the ordinary interval


class OverloadedError(DomainError):
    """Too much at once; coming back a little later is all it takes."""

    status = 503
    code = "overloaded"
    retry_after = 4


class Load:
    """How much this process has in flight, now and lately."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._in_flight = 0
        self._occupied = self._worked = 0.0
        self._noted_at = monotonic()
        self._processor = Processor()

    def counting(self, application: "WSGIApplication") -> "WSGIApplication":
        """The same application, with its requests counted."""

        def counted(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
            with self._lock:
                self._in_flight += 1
            try:
                return application(environ, start)
            finally:
                with self._lock:
                    self._in_flight -= 1

        return counted

    def check_room(self) -> None:
        """Let a poll in, or not. Every poll passes here, so this is also where load is noted.

        :raises OverloadedError: when the process is full.
        """
        now = monotonic()
        if now - self._noted_at >= NOTE_SECONDS:
            self._note(now)
        if self._share > FULL and self._in_flight > ROOM:
            raise OverloadedError

    def slowed(self, interval: float) -> float:
        """The seconds a page shall wait: the ordinary interval while there is room, up to
        ``SLOWEST`` times as long when there is none."""
        excess = self._share - BUSY
        if excess <= 0:
            return interval
        return interval * (1 + round(excess / (1 - BUSY) * (SLOWEST - 1)))

    @property
    def _share(self) -> float:
        """How full it is at this moment. What waits for a processor where few requests are about
        waits for another program, and it is no use to send a page away for that."""
        return self._occupied if self._in_flight > CROWD else self._worked

    def _note(self, now: float) -> None:
        worked, waited = self._processor.shares()
        threads = min(self._in_flight / (THREADS - ROOM), 1.0)
        occupied = max(threads, min(worked + waited, 1.0))
        with self._lock:
            weight = 1 - math.exp((self._noted_at - now) / MEMORY_SECONDS)
            self._occupied += (occupied - self._occupied) * weight
            self._worked += (worked - self._worked) * weight
            self._noted_at = now


class Processor:
    """Which share of the time this process worked, and which it waited for a processor.

    On a machine that is shared, a process is at its limit long before it has a processor for
    itself: what it could have done while another program ran counts as well. Where the kernel
    does not tell (it is not Linux), nothing is known of that.
    """

    def __init__(self) -> None:
        self._shares = 0.0, 0.0
        self._at, self._spent = monotonic(), self._spend()
        self._pid = os.getpid()

    def shares(self) -> tuple[float, float]:
        """Worked and waited, each from 0 to 1; measured anew twice a second at most."""
        now = monotonic()
        if now - self._at >= SAMPLE_SECONDS:
            spent = self._spend()
            if self._pid == os.getpid():  # else a fork has begun to count from 0
                worked, waited = [
                    min(max(0.0, after - before) / (now - self._at), 1.0)
                    for before, after in zip(self._spent, spent, strict=True)
                ]
                self._shares = worked, waited
            self._at, self._spent, self._pid = now, spent, os.getpid()
        return self._shares

    def _spend(self) -> tuple[float, float]:
        """Seconds so far, summed over all threads."""
        try:
            threads = [path.read_text().split() for path in TASKS.glob("*/schedstat")]
        except OSError:
            threads = []
        if not threads:
            return process_time(), 0.0
        worked, waited = (sum(int(each[part]) for each in threads) / 1e9 for part in (0, 1))
        return worked, waited


def init_app(app: Flask) -> None:
    """Count this application's requests."""
    load = Load()
    app.extensions["load"] = load
    app.wsgi_app = load.counting(app.wsgi_app)  # type: ignore[method-assign,assignment]


def current_load() -> Load:
    """The running application's."""
    load: Load = current_app.extensions["load"]
    return load
