"""Signing in: what its time tells, and what many at once do to those who read.

``python -m bench.sign_in`` serves the site as ``start.sh`` does (gunicorn, 2 workers of 8
threads, SQLite in a folder of its own) and prints

- the time of a refused sign-in, for an account that exists and for one that does not,
- how long polls take while 100 people sign in at once, beside the same application in which
  any number of threads may hash.
"""

import http.client
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from config import Settings
from marketplace import create_app
from marketplace.messaging import conversations, messages
from tests import cast
from tests.guards.forms import Visit
from tests.servers import Server
from tests.soak.client import Client, Visitor

TRIES = 300
PEOPLE = 100
POLLERS = 10
POLL_EVERY_SECONDS = 0.05
IDLE_SECONDS = 3


def main() -> None:
    """Print all of it."""
    print_timing()
    for application in ("wsgi:app", "bench.without_turns:app"):
        print_polls(application)


def print_timing() -> None:
    """Known and unknown take turns, so that whatever else the machine does meets both."""
    with tempfile.TemporaryDirectory() as folder, _served(folder) as server:
        _people(server, 1)
        visit = Visit(server.port)
        times: dict[str, list[float]] = {"person0@example.com": [], "nobody@example.com": []}
        for _ in range(TRIES):
            for email, spent in times.items():
                started = time.perf_counter()
                assert visit.log_in(email) == 422
                spent.append((time.perf_counter() - started) * 1000)
    known, unknown = map(statistics.median, times.values())
    print(
        f"refused sign-in, median of {TRIES}: known {known:.1f} ms, unknown {unknown:.1f} ms, "
        f"difference {abs(known - unknown):.2f} ms"
    )


def print_polls(application: str) -> None:
    """The same pollers before and while everybody comes."""
    with tempfile.TemporaryDirectory() as folder, _served(folder, application) as server:
        visitor, conversation = _people(server, PEOPLE)
        pollers = Pollers(server.port, visitor, conversation)
        pollers.start()
        time.sleep(IDLE_SECONDS)
        idle = pollers.take()
        visits = [Visit(server.port) for _ in range(PEOPLE)]
        pollers.take()
        statuses, seconds = sign_in_all(visits)
        crowded = pollers.take()
        pollers.stop()
    print(f"{application}: {PEOPLE} people at once, all signed in after {seconds:.1f} s")
    print(f"  answers to them: {dict(statuses)}")
    print(f"  polls before:  {_summary(idle)}")
    print(f"  polls with it: {_summary(crowded)}")


def sign_in_all(visits: list[Visit]) -> tuple[Counter[int], float]:
    """All press the button at once, and again when they are told to come back."""
    together = threading.Barrier(len(visits) + 1)
    statuses: Counter[int] = Counter()

    def come(number: int, visit: Visit) -> None:
        together.wait()
        while True:
            status = visit.log_in(f"person{number}@example.com", cast.PASSWORD)
            statuses[status] += 1
            if status == 303:
                return
            time.sleep(2)  # what Retry-After says

    threads = [threading.Thread(target=come, args=each) for each in enumerate(visits)]
    for thread in threads:
        thread.start()
    together.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return statuses, time.perf_counter() - started


class Pollers:
    """Open pages: each polls on its own connection."""

    def __init__(self, port: int, visitor: Visitor, conversation: int) -> None:
        self._conversation = conversation
        self._clients = [Client(port, visitor) for _ in range(POLLERS)]
        self._threads = [threading.Thread(target=self._poll, args=[each]) for each in self._clients]
        self._stopped = threading.Event()
        self._seen: list[tuple[int, float]] = []

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()
        for client in self._clients:
            client.close()

    def take(self) -> list[tuple[int, float]]:
        """Status and milliseconds of each poll since the last call."""
        seen, self._seen = self._seen, []
        return seen

    def _poll(self, client: Client) -> None:
        cursor = client.poll(self._conversation, 0)
        tag = cursor.headers["ETag"]
        while not self._stopped.wait(POLL_EVERY_SECONDS):
            started = time.perf_counter()
            try:
                status = client.poll(self._conversation, cursor.content["cursor"], tag).status
            except (OSError, http.client.HTTPException):
                status = 0
            self._seen.append((status, (time.perf_counter() - started) * 1000))


def _served(folder: str, application: str = "wsgi:app") -> Server:
    return Server(f"sqlite:///{folder}/bench.db", Path(folder), application=application)


def _people(server: Server, number: int) -> tuple[Visitor, int]:
    """So many with a password as it is hashed in life; two of them in a conversation."""
    app = create_app(Settings.from_environment(server.environment))
    people = [cast.person(app, f"Person{each}") for each in range(max(number, 2))]
    lamp = cast.listing(app, people[0], "Lamp")
    with app.app_context():
        conversation = conversations.open_about(people[1], lamp)
        messages.send(people[1], conversation, "Hello", "1")
    return Visitor(*cast.cookie_and_token(app, people[1])), conversation


def _summary(polls: list[tuple[int, float]]) -> str:
    times = sorted(milliseconds for _, milliseconds in polls)
    p50, p99 = (times[int(len(times) * part)] for part in (0.5, 0.99))
    statuses = dict(Counter(status for status, _ in polls))
    return f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, longest {times[-1]:.0f} ms, {statuses}"


if __name__ == "__main__":
    sys.exit(main())
