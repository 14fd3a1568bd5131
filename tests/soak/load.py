"""Senders, pollers and somebody who breaks things, as many people at once would be.

Each sender sends again with the same client id until its message is acknowledged, as the page
does. Each poller keeps only a cursor. What they end with is held against the database.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.soak.client import BROKEN, Answer, Client
from tests.soak.report import Refusal, Report
from tests.soak.site import Site

POLL_PAUSE_SECONDS = 0.02
REFUSED_PAUSE_SECONDS = 0.3
SUCCESSES = (200, 201, 304)


@dataclass(frozen=True)
class Trouble:
    """What goes wrong while messages flow: every so many seconds, so many times, or to the end
    and at least once."""

    cause: Callable[[], None]
    every: float
    times: int | None = None


class Load:
    """One conversation under load. ``run()`` returns when all pollers have it all, or gave up."""

    def __init__(
        self, site: Site, conversation: int, *, give_up: float = 20, poll_pause: float | None = None
    ) -> None:
        self._site = site
        self._conversation = conversation
        self._give_up_seconds = give_up
        self._poll_pause = POLL_PAUSE_SECONDS if poll_pause is None else poll_pause
        self._report = Report()
        self._enough = threading.Event()  # sent, and all trouble is over
        self._done = threading.Event()  # all senders have ended
        self._last = float("inf")

    def run(
        self, *, messages: int, senders: int, pollers: int = 0, trouble: Trouble | None = None
    ) -> Report:
        """Send at least this many messages, and go on while there is trouble to come."""
        self._wanted = messages
        self._report.received = [[] for _ in range(pollers)]
        polling = [_start(self._poll, number) for number in range(pollers)]
        sending = [_start(self._send, number) for number in range(senders)]
        making = [_start(self._make, trouble)] if trouble else []
        if trouble is None:
            self._enough.set()
        for thread in sending:
            thread.join()
        self._report.stored = self._site.stored(self._conversation)
        self._done.set()
        for thread in [*making, *polling]:
            thread.join()
        return self._report

    @contextmanager
    def meanwhile(self, *, senders: int) -> Iterator[Report]:
        """Messages flow as long as this is open; the report is complete when it closes."""
        self._wanted = 0
        sending = [_start(self._send, number) for number in range(senders)]
        try:
            yield self._report
        finally:
            self._enough.set()
            for thread in sending:
                thread.join()
        self._report.stored = self._site.stored(self._conversation)

    def _make(self, trouble: Trouble) -> None:
        try:
            while not self._done.wait(trouble.every):
                trouble.cause()
                self._report.troubles += 1
                if self._report.troubles >= (trouble.times or 1):
                    self._enough.set()
                if self._report.troubles == trouble.times:
                    break
        finally:  # a cause that fails must not keep the senders sending
            self._enough.set()

    def _send(self, number: int) -> None:
        client = self._site.client(number)
        while (client_id := self._next()) is not None:
            started = time.monotonic()
            seq = self._until_stored(client, client_id)
            with self._report.lock:
                self._report.send_seconds.append(time.monotonic() - started)
                if seq is not None:
                    self._report.acknowledged[client_id] = seq
                    self._report.acknowledged_at.append(time.monotonic())
        client.close()

    def _next(self) -> str | None:
        with self._report.lock:
            if self._report.sent >= self._wanted and self._enough.is_set():
                return None
            self._report.sent += 1
            return f"m{self._report.sent}"

    def _until_stored(self, client: Client, client_id: str) -> int | None:
        deadline = time.monotonic() + self._give_up_seconds
        pause = 0.02
        while time.monotonic() < deadline:
            answer = self._try("send", client.send, self._conversation, client_id)
            if answer is not None and answer.status in (200, 201):
                if answer.status == 200:
                    self._report.note("send 200")
                seq: int = answer.content["seq"]
                return seq
            time.sleep(random.uniform(0, pause))
            pause = min(pause * 2, 0.5)
        return None

    def _poll(self, number: int) -> None:
        client = self._site.client(number)
        places = self._report.received[number]
        cursor, tag = 0, None
        while not self._has_all(places):
            answer = self._try("poll", client.poll, self._conversation, cursor, tag)
            if answer is not None and answer.status == 200:
                places.extend(message["seq"] for message in answer.content["messages"])
                cursor, tag = answer.content["cursor"], answer.headers["ETag"]
                if answer.content["has_more"]:
                    continue
            refused = answer is None or answer.status not in (200, 304)
            time.sleep(REFUSED_PAUSE_SECONDS if refused else self._poll_pause)
        client.close()

    def _has_all(self, places: list[int]) -> bool:
        """Whether there is nothing more to wait for; from the end on, only for so long."""
        if not self._done.is_set():
            return False
        self._last = min(self._last, time.monotonic() + self._give_up_seconds)
        expected = len(self._report.stored)
        complete = expected > 0 and len(set(places)) >= expected
        return complete or time.monotonic() > self._last

    def _try(self, asked: str, ask: Callable[..., Answer], *arguments: Any) -> Answer | None:
        """The answer; what is none, or no success, is counted."""
        started = time.monotonic()
        status: int | str
        try:
            answer = ask(*arguments)
        except BROKEN as error:
            answer, status, retry_after = None, type(error).__name__, None
        else:
            status, retry_after = answer.status, answer.headers["Retry-After"]
        if status not in SUCCESSES:
            seconds = time.monotonic() - started
            self._report.note_refusal(Refusal(asked, status, seconds, retry_after))
        return answer


def _start(work: Callable[[Any], None], argument: Any) -> threading.Thread:
    thread = threading.Thread(target=work, args=(argument,), daemon=True)
    thread.start()
    return thread
