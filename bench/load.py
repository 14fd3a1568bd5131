"""Requests over connections that stay open, as cheap as Python makes them.

The same bytes go to every candidate, nothing is parsed that is not asked for, and never more
requests are under way than there are connections.
"""

import heapq
import itertools
import random
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self, cast

ANSWER_TIMEOUT_SECONDS = 30
NO_BODY = (204, 304)


@dataclass(frozen=True)
class Answer:
    """What came back. ``head`` is the status line and the headers, in lower case."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str | None:
        """A header's value, in lower case like the head."""
        _, found, rest = self.head.partition(f"\r\n{name.lower()}: ".encode())
        return rest.partition(b"\r\n")[0].decode() if found else None


Check = Callable[[Answer], object]
"""Raises AssertionError for an answer that is not the one that is measured."""
Load = Callable[[Sequence["Connection"], Iterator[bytes], Check], int]
"""Asks all of these, on these connections; how many were asked."""


class Connection:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), ANSWER_TIMEOUT_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it."""
        self._socket.close()

    def fileno(self) -> int:
        """For selectors."""
        return self._socket.fileno()

    def ask(self, request: bytes) -> Answer:
        """Send and wait."""
        self.send(request)
        return self.receive()

    def send(self, request: bytes) -> None:
        """Send, and do not wait."""
        self._socket.sendall(request)

    def receive(self) -> Answer:
        """Wait for the answer to the oldest request that has none yet."""
        while (end := self._received.find(b"\r\n\r\n")) < 0:
            self._read()
        head, self._received = self._received[: end + 2].lower(), self._received[end + 4 :]
        answer = Answer(int(head[9:12]), head, b"")
        if answer.status in NO_BODY:
            return answer
        length = answer.header("Content-Length")
        assert length is not None, f"an answer without a length: {head!r}"
        while len(self._received) < int(length):
            self._read()
        body, self._received = self._received[: int(length)], self._received[int(length) :]
        return Answer(answer.status, head, body)

    def _read(self) -> None:
        received = self._socket.recv(65536)
        if not received:
            raise ConnectionError("the server hung up")
        self._received += received


@dataclass
class Times:
    """How long each request took, and how many answers were not the right ones."""

    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    elapsed: float = 0.0

    def percentile(self, percent: float) -> float:
        """So many of a hundred took no longer, in seconds."""
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)]


def get(path: str, cookie: str, **headers: str) -> bytes:
    """A GET request. ``if_none_match="x"`` is the header ``If-None-Match: x``."""
    return _request("GET", path, cookie, headers, b"")


def post(path: str, cookie: str, body: bytes, **headers: str) -> bytes:
    """A POST request with JSON."""
    length = str(len(body))
    headers = {"content_type": "application/json", "content_length": length, **headers}
    return _request("POST", path, cookie, headers, body)


def in_step(connections: Sequence[Connection], requests: Iterator[bytes], check: Check) -> int:
    """Ask on all connections at once, wait for all, and again; how many were asked."""
    asked = 0
    while batch := list(itertools.islice(requests, len(connections))):
        for connection, request in zip(connections, batch, strict=False):
            connection.send(request)
        for connection in connections[: len(batch)]:
            check(connection.receive())
        asked += len(batch)
    return asked


def by_chance(
    connections: Sequence[Connection],
    requests: Iterator[bytes],
    check: Check,
    *,
    rate: float,
    under_way: int,
) -> int:
    """Ask on connections that know nothing of each other, each after a pause of its own, drawn
    anew each time; how many were asked. The pauses are the same in each run. Before that each has
    asked once, one after the other: gunicorn keeps a thread for whoever has not asked yet.

    :param rate: of all together, in a second.
    :param under_way: at most so many at once, fewer than there are connections; whoever would be
        one more waits.
    """
    chance, rate_of_one = random.Random(1), rate / len(connections)
    due: list[tuple[float, int, Connection]] = []

    def pause(connection: Connection) -> None:
        moment = time.perf_counter() + chance.expovariate(rate_of_one)
        heapq.heappush(due, (moment, connection.fileno(), connection))

    asked = 0
    for connection in connections:
        asked += in_step([connection], itertools.islice(requests, 1), check)
        pause(connection)
    request = next(requests, None)
    with selectors.SelectSelector() as selector:  # epoll knows nothing shorter than a millisecond
        while request or selector.get_map():
            may_ask = request and len(selector.get_map()) < under_way
            wait = max(0.0, due[0][0] - time.perf_counter()) if may_ask else None
            if request and wait == 0:
                connection = heapq.heappop(due)[2]
                connection.send(request)
                selector.register(connection, selectors.EVENT_READ)
                asked, request = asked + 1, next(requests, None)
                continue
            for key, _ in selector.select(wait):
                connection = cast("Connection", key.fileobj)
                check(connection.receive())
                selector.unregister(connection)
                pause(connection)
    return asked


def at_once(port: int, requests: Sequence[Iterator[bytes]], check: Check) -> Times:
    """A thread for each of these, which asks one after the other; all begin together."""
    times = Times()
    together = threading.Barrier(len(requests) + 1)
    threads = [
        threading.Thread(target=_ask_all, args=(port, each, check, times, together))
        for each in requests
    ]
    for thread in threads:
        thread.start()
    together.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    times.elapsed = time.perf_counter() - started
    return times


def _ask_all(
    port: int, requests: Iterator[bytes], check: Check, times: Times, together: threading.Barrier
) -> None:
    with Connection(port) as connection:
        together.wait()
        for request in requests:
            started = time.perf_counter()
            answer = connection.ask(request)
            times.seconds.append(time.perf_counter() - started)
            try:
                check(answer)
            except AssertionError as fault:
                times.faults.append(str(fault))


def _request(method: str, path: str, cookie: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Cookie: {cookie}"]
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
