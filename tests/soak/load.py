"""Senders, pollers and a killer of workers, as many people at once would be.

Each sender sends again with the same client id until its message is acknowledged, as the page
does. Each poller keeps only a cursor. What they end with is held against the database.
"""

import http.client
import itertools
import json
import random
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.servers import Server

REQUEST_TIMEOUT_SECONDS = 15


@dataclass(frozen=True)
class Visitor:
    """Somebody's open browser: what it sends with each request."""

    cookie: str
    csrf_token: str


@dataclass
class Report:
    """What was seen. ``missed``, ``twice`` and ``out_of_order`` are counted per poller."""

    wanted: int
    acknowledged: dict[str, int] = field(default_factory=dict)
    replays: int = 0
    received: list[list[int]] = field(default_factory=list)
    send_seconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    kills: int = 0

    @property
    def missed(self) -> list[int]:
        """Places each poller never got."""
        everything = set(self.acknowledged.values())
        return [len(everything - set(places)) for places in self.received]

    @property
    def twice(self) -> list[int]:
        """Places each poller got more than once."""
        return [len(places) - len(set(places)) for places in self.received]

    @property
    def out_of_order(self) -> list[int]:
        """How often a poller got a lower place after a higher one."""
        return [
            sum(later < earlier for earlier, later in itertools.pairwise(places))
            for places in self.received
        ]

    def table(self) -> str:
        """For people."""
        ordered = sorted(self.send_seconds)
        p50, p99 = (ordered[int(len(ordered) * part)] * 1000 for part in (0.5, 0.99))
        return (
            f"wanted {self.wanted}, acknowledged {len(self.acknowledged)}, kills {self.kills}, "
            f"replays {self.replays}, missed {self.missed}, twice {self.twice}, "
            f"out of order {self.out_of_order}, send p50 {p50:.0f} ms, p99 {p99:.0f} ms, "
            f"errors {dict(self.errors)}"
        )


class Load:
    """One conversation under load. ``run()`` returns when all pollers have it all, or gave up."""

    def __init__(
        self, server: Server, conversation: int, visitors: list[Visitor], *, give_up: float = 20
    ) -> None:
        self._server = server
        self._conversation = conversation
        self._visitors = visitors
        self._give_up_seconds = give_up
        self._lock = threading.Lock()
        self._sent = threading.Event()

    def run(
        self, *, messages: int, senders: int, pollers: int, kill_every: float | None = None
    ) -> Report:
        """Send this many messages from this many senders, while this many pollers watch."""
        self._report = Report(messages)
        self._report.received = [[] for _ in range(pollers)]
        self._left = list(range(messages))
        sending = [self._thread(self._send, number) for number in range(senders)]
        polling = [self._thread(self._poll, number) for number in range(pollers)]
        killing = [self._thread(self._kill, kill_every)] if kill_every else []
        for thread in sending:
            thread.join()
        self._sent.set()
        for thread in [*polling, *killing]:
            thread.join()
        return self._report

    def _thread(self, work: Any, argument: Any) -> threading.Thread:
        thread = threading.Thread(target=work, args=(argument,))
        thread.start()
        return thread

    def _kill(self, every: float) -> None:
        while not self._sent.wait(every):
            self._server.kill_a_worker()
            self._report.kills += 1

    def _send(self, number: int) -> None:
        client = Client(self._server.port, self._visitors[number % len(self._visitors)])
        path = f"/api/v1/conversations/{self._conversation}/messages"
        while True:
            with self._lock:
                if not self._left:
                    break
                client_id = f"m{self._left.pop()}"
            started = time.monotonic()
            stored = self._until_stored(client, path, client_id)
            with self._lock:
                self._report.send_seconds.append(time.monotonic() - started)
                if stored is not None:
                    self._report.acknowledged[client_id] = stored["seq"]
        client.close()

    def _until_stored(self, client: "Client", path: str, client_id: str) -> dict[str, Any] | None:
        deadline = time.monotonic() + self._give_up_seconds
        pause = 0.02
        while time.monotonic() < deadline:
            try:
                status, answer, _ = client.request(
                    "POST", path, {"body": f"text of {client_id}", "client_id": client_id}
                )
            except (OSError, http.client.HTTPException) as error:
                status, answer = type(error).__name__, None
            if status in (200, 201) and answer is not None:
                self._report.replays += status == 200
                return answer
            with self._lock:
                self._report.errors[str(status)] += 1
            time.sleep(random.uniform(0, pause))
            pause = min(pause * 2, 0.5)
        return None

    def _poll(self, number: int) -> None:
        client = Client(self._server.port, self._visitors[number % len(self._visitors)])
        places = self._report.received[number]
        cursor, tag, deadline = 0, None, float("inf")
        while time.monotonic() < deadline and len(set(places)) < self._report.wanted:
            if self._sent.is_set() and deadline == float("inf"):
                deadline = time.monotonic() + self._give_up_seconds
            try:
                status, answer, headers = client.request(
                    "GET",
                    f"/messages/{self._conversation}/poll?after={cursor}",
                    headers={"If-None-Match": tag} if tag else {},
                )
            except (OSError, http.client.HTTPException) as error:
                status, answer, headers = type(error).__name__, None, {}
            if status == 200 and answer is not None:
                places.extend(message["seq"] for message in answer["messages"])
                cursor, tag = answer["cursor"], headers.get("ETag")
                if answer["has_more"]:
                    continue
            elif status != 304:
                with self._lock:
                    self._report.errors[f"poll {status}"] += 1
            time.sleep(0.01)
        client.close()


class Client:
    """A browser's connection, kept open and opened again when it broke."""

    def __init__(self, port: int, visitor: Visitor) -> None:
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", port, timeout=REQUEST_TIMEOUT_SECONDS
        )
        self._headers = {"Cookie": visitor.cookie, "X-CSRFToken": visitor.csrf_token}

    def request(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, Any, Any]:
        """Status, JSON (None without) and headers. Raises what a broken connection raises."""
        sent = {**self._headers, **(headers or {})}
        content = None
        if body is not None:
            content = json.dumps(body)
            sent["Content-Type"] = "application/json"
        try:
            if self._connection.sock is None:
                self._connection.connect()
                self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connection.request(method, path, content, sent)
            response = self._connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        return response.status, json.loads(text) if text else None, response.headers

    def close(self) -> None:
        """End it."""
        self._connection.close()
