"""When there is more to do than this process can: polls give way to everything else.

A poll that is refused costs its page two seconds; a message that is refused costs somebody a
sale. So a process that is full answers polls with 503 before any work, and tells its pages to
ask less often; both end by themselves when there is room again.

"Full" is read off the requests in flight: a process at its limit has all its threads busy
whenever a request comes, one that is merely busy has that only now and then. The moving average
tells them apart.
"""

import math
import threading
from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING

from flask import Flask, current_app

from marketplace.errors import DomainError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

THREADS = 8  # of a process; gunicorn.conf.py takes it from here
ROOM = 2  # threads that polls leave to everything else
FULL = 0.9  # the average share of busy threads above which polls are refused
BUSY = 0.5  # … and above which pages are told to ask less often
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
        self._share = 0.0
        self._noted_at = monotonic()

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
        in_flight = self._in_flight
        self._note(min(in_flight / THREADS, 1.0))
        if in_flight > THREADS - ROOM and self._share > FULL:
            raise OverloadedError

    def slowed(self, interval: float) -> float:
        """The seconds a page shall wait: the ordinary interval while there is room, up to
        ``SLOWEST`` times as long when there is none."""
        excess = max(0.0, self._share - BUSY) / (1 - BUSY)
        return interval * (1 + round(excess * (SLOWEST - 1)))

    def _note(self, share: float) -> None:
        now = monotonic()
        with self._lock:
            weight = 1 - math.exp((self._noted_at - now) / MEMORY_SECONDS)
            self._share += (share - self._share) * weight
            self._noted_at = now


def init_app(app: Flask) -> None:
    """Count this application's requests."""
    load = Load()
    app.extensions["load"] = load
    app.wsgi_app = load.counting(app.wsgi_app)  # type: ignore[method-assign,assignment]


def current_load() -> Load:
    """The running application's."""
    load: Load = current_app.extensions["load"]
    return load
