"""A site that is attacked: others poll meanwhile, and its health is asked for."""

import itertools
import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe

from bench.attacks import Attack
from bench.load import Connection, Times

POLL_EVERY_SECONDS = 0.5  # four times as often as pages do, for a percentile of enough of them
HEALTH_EVERY_SECONDS = 0.1
LAST_ANSWERS_SECONDS = 35  # as long as nginx waits for one
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@dataclass
class Siege:
    """What the others saw meanwhile, and what the attacker was answered."""

    polls: Times = field(default_factory=Times)
    health: Times = field(default_factory=Times)
    answers: Counter[int] = field(default_factory=Counter)

    @staticmethod
    def statuses(times: Times) -> str:
        """How many were answered as they should, and how others were (0: not at all)."""
        well = len(times.seconds) - len(times.faults)
        others = [f"{number} x {status}" for status, number in Counter(times.faults).items()]
        return ", ".join([f"{well} well", *others])


def besiege(port: int, attack: Attack, polls: Sequence[bytes], seconds: float) -> Siege:
    """Attack for so long; what is under way then is waited for, as the others go on.

    The attackers are another process: one that reads large answers would keep Python's lock from
    those who take the times.
    """
    siege, watched = Siege(), threading.Event()
    watchers = [
        threading.Thread(target=_watch, args=(port, poll, POLL_EVERY_SECONDS, watched, siege.polls))
        for poll in polls
    ]
    watchers.append(
        threading.Thread(
            target=_watch, args=(port, HEALTH, HEALTH_EVERY_SECONDS, watched, siege.health)
        )
    )
    spawning = multiprocessing.get_context("spawn")
    told, tells = spawning.Pipe(duplex=False)
    attackers = spawning.Process(target=_attack_all, args=(port, attack, seconds, tells))
    attackers.start()
    tells.close()
    told.recv()
    for thread in watchers:
        thread.start()
    siege.answers.update(told.recv())
    attackers.join()
    watched.set()
    for thread in watchers:
        thread.join()
    return siege


def _watch(port: int, request: bytes, every: float, ended: threading.Event, times: Times) -> None:
    """Ask, and again when it is time; who gets no answer has waited all the same."""
    connection = None
    while not ended.wait(every):
        started = time.perf_counter()
        try:
            connection = connection or Connection(port)
            status = connection.ask(request).status
        except OSError:
            connection, status = None, 0
        times.seconds.append(time.perf_counter() - started)
        if status not in (200, 304):
            times.faults.append(str(status))
    if connection:
        connection.close()


def _attack_all(port: int, attack: Attack, seconds: float, tells: Pipe) -> None:
    """The other process: says that it begins, and in the end what it was answered."""
    answers: Counter[int] = Counter()
    numbers, ended = itertools.count(), threading.Event()
    attackers = [
        threading.Thread(target=_attack, args=(port, attack, numbers, ended, answers))
        for _ in range(attack.at_once)
    ]
    tells.send("begins")
    for thread in attackers:
        thread.start()
    ended.wait(seconds)
    ended.set()
    for thread in attackers:
        thread.join(LAST_ANSWERS_SECONDS)
    tells.send(dict(answers))


def _attack(
    port: int,
    attack: Attack,
    numbers: "itertools.count[int]",
    ended: threading.Event,
    answers: Counter[int],
) -> None:
    connection = None
    while not ended.is_set():
        number = next(numbers)
        try:
            connection = connection or Connection(port)
            status = connection.ask(attack.requests[number % len(attack.requests)]).status
        except OSError:  # hung up on, perhaps because it sent too much
            connection, status = None, 0
        answers[status] += 1
    if connection:
        connection.close()
