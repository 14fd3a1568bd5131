"""Several candidates in turn, again and again: whatever else the machine does meets all."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bench import cpu
from bench.load import Check, in_step
from bench.servers import Server
from marketplace.operations.overload import CROWD

# As many requests under way as the application does not call a crowd yet, and refuses no poll for.
# With fewer a server sleeps between two of them, and it is cold caches that are measured.
CONNECTIONS = CROWD
WARM_UP_SHARE = 5
SETTLE_SECONDS = 0.02  # until the last request's thread has done what comes after the answer


@dataclass(frozen=True)
class Candidate:
    """What is asked of whom, and what must come back."""

    name: str
    server: Server
    requests: Callable[[], Iterator[bytes]]
    check: Check
    database_pids: Sequence[int] = ()


@dataclass
class Cost:
    """Microseconds of processor time a request took, in each round."""

    application: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)


def always(request: bytes) -> Callable[[], Iterator[bytes]]:
    """The same again and again."""
    return lambda: itertools.repeat(request)


def measure(candidates: Sequence[Candidate], requests: int, rounds: int) -> dict[str, Cost]:
    """What a request costs each of them; every answer is checked."""
    costs = {candidate.name: Cost() for candidate in candidates}
    streams = {candidate.name: candidate.requests() for candidate in candidates}
    for candidate in candidates:
        _ask(candidate, streams[candidate.name], max(20, requests // WARM_UP_SHARE))
    for _ in range(rounds):
        for candidate in candidates:
            application, database = _ask(candidate, streams[candidate.name], requests)
            costs[candidate.name].application.append(application)
            costs[candidate.name].database.append(database)
    return costs


def _ask(candidate: Candidate, stream: Iterator[bytes], requests: int) -> tuple[float, float]:
    connections = candidate.server.connections(CONNECTIONS)
    groups = candidate.server.pids, candidate.database_pids
    time.sleep(SETTLE_SECONDS)
    before = [cpu.nanoseconds(pids) for pids in groups]
    asked = in_step(connections, itertools.islice(stream, requests), candidate.check)
    time.sleep(SETTLE_SECONDS)
    after = [cpu.nanoseconds(pids) for pids in groups]
    for connection in connections:
        connection.close()
    assert asked == requests
    application, database = (
        (ended - began) / asked / 1000 for began, ended in zip(before, after, strict=True)
    )
    return application, database
