"""Several candidates in turn, again and again: whatever else the machine does meets all."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench import cpu
from bench.load import Check, Load, in_step
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


def measure(
    candidates: Sequence[Candidate],
    requests: int,
    rounds: int,
    *,
    load: Load = in_step,
    connections: int = CONNECTIONS,
) -> dict[str, Cost]:
    """What a request costs each of them; every answer is checked."""

    def ask(candidate: Candidate, stream: Iterator[bytes], requests: int) -> tuple[float, float]:
        opened = candidate.server.connections(connections)
        clock = Clock(candidate.server, candidate.database_pids)
        with clock.going():
            asked = load(opened, itertools.islice(stream, requests), candidate.check)
        for connection in opened:
            connection.close()
        assert asked == requests
        return clock.application / asked / 1000, clock.database / asked / 1000

    costs = {candidate.name: Cost() for candidate in candidates}
    streams = {candidate.name: candidate.requests() for candidate in candidates}
    for candidate in candidates:
        ask(candidate, streams[candidate.name], max(20, requests // WARM_UP_SHARE))
    for _ in range(rounds):
        for candidate in candidates:
            application, database = ask(candidate, streams[candidate.name], requests)
            costs[candidate.name].application.append(application)
            costs[candidate.name].database.append(database)
    return costs


class Clock:
    """Nanoseconds that a server's processes ran, and its database's, while it was going."""

    def __init__(self, server: Server, database_pids: Sequence[int]) -> None:
        self._groups = server.pids, database_pids
        self.application = self.database = 0

    @contextmanager
    def going(self) -> Iterator[None]:
        """Count what is done meanwhile, to what comes after the last answer."""
        time.sleep(SETTLE_SECONDS)
        application, database = self._read()
        yield
        time.sleep(SETTLE_SECONDS)
        application_now, database_now = self._read()
        self.application += application_now - application
        self.database += database_now - database

    def _read(self) -> tuple[int, int]:
        application, database = map(cpu.nanoseconds, self._groups)
        return application, database
