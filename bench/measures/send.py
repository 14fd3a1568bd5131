"""Sending a message: a new one each time."""

import itertools
import secrets
from collections.abc import Callable, Iterator

from bench import data
from bench.checks import Stored, has_status
from bench.lab import SMALL, Lab
from bench.report import Goal, Report
from bench.rounds import CONNECTIONS, Candidate, measure
from bench.servers import OURS, Server, Way, bare_gunicorn
from bench.site import Site

NAME = "send"
BARE = Way("bare", bare_gunicorn, "bench.controls.bare_send:app")
LIMITED = "ours, limits on"
RULED = "naive by our rules"  # the tutorial's way to do all that ours does
SENDERS = 400  # enough that nobody comes near 20 messages in 10 seconds


def run(lab: Lab, report: Report) -> None:
    """Each connection sends into a conversation of its own."""
    limited = lab.site("pairs", data.of_pairs(SENDERS), 1)
    bare = lab.site("bare", data.of_one_person(SMALL.conversations), SMALL.each)
    servers = lab.start_all(
        {LIMITED: limited.serve(RATELIMIT_ENABLED="true"), BARE.name: bare.serve(BARE)}
    )
    _twin, guest = lab.guests["naive"]
    run_id, numbers = secrets.token_hex(4), itertools.count()
    candidates = [
        _ours(lab, OURS.name, lab.small, lab.ways[OURS.name], CONNECTIONS),
        _ours(lab, LIMITED, limited, servers[LIMITED], SENDERS),
        _ours(lab, BARE.name, bare, servers[BARE.name], CONNECTIONS),
        _naive(lab, "naive", guest.send_request),
        _naive(
            lab,
            RULED,
            lambda place: guest.send_request(place, client_id=f"{run_id}-{next(numbers)}"),
        ),
    ]
    costs = measure(candidates, lab.amount.requests // 4, lab.amount.rounds)
    report.add_costs(NAME, lab.name, costs)
    report.add_ratio(NAME, lab.name, costs, ("naive", OURS.name), goal=Goal(at_least=3.5))
    report.add_ratio(NAME, lab.name, costs, (RULED, OURS.name))
    report.add_ratio(NAME, lab.name, costs, ("naive", BARE.name))  # the most there is
    report.add_ratio(NAME, lab.name, costs, (OURS.name, BARE.name))
    report.add_ratio(NAME, lab.name, costs, ("naive", LIMITED))


def _ours(lab: Lab, name: str, site: Site, server: Server, conversations: int) -> Candidate:
    run_id = secrets.token_hex(4)
    numbers = itertools.count()

    def request(conversation: int) -> bytes:
        return site.send_request(conversation, f"{run_id}-{conversation}-{next(numbers)}")

    requests = _in_turn(request, conversations)
    return Candidate(name, server, requests, Stored(conversation_of), lab.databases.pids)


def _naive(lab: Lab, name: str, request: Callable[[int], bytes]) -> Candidate:
    server, _guest = lab.guests["naive"]
    requests = _in_turn(request, CONNECTIONS)
    return Candidate(name, server, requests, has_status(201), lab.databases.pids)


def conversation_of(client_id: str) -> int:
    """As written into it by the measures that send."""
    return int(client_id.split("-")[1])


def _in_turn(request: Callable[[int], bytes], conversations: int) -> Callable[[], Iterator[bytes]]:
    every = itertools.cycle(range(1, conversations + 1))
    return lambda: (request(conversation) for conversation in every)
