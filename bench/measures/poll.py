"""The idle poll: what an open page costs every two seconds."""

import statistics
from dataclasses import replace
from functools import partial

from bench.checks import brings_messages, has_status, is_idle
from bench.lab import GRANIAN_CALLABLE, Lab
from bench.load import by_chance
from bench.report import Goal, Report
from bench.rounds import CONNECTIONS, Candidate, Cost, always, measure
from bench.servers import GRANIAN, ORDINARY, OURS, WAYS
from bench.site import Site

NAME = "poll"
BIG = "ours, big data"
GOALS = {
    ("sqlite", ORDINARY): Goal(at_least=1.0),
    ("mariadb", ORDINARY): Goal(at_least=0.7),
    ("sqlite", OURS): Goal(at_least=1.7),
    ("mariadb", OURS): Goal(at_least=1.3),
    ("sqlite", GRANIAN): Goal(at_least=8.0),
    ("mariadb", GRANIAN): Goal(at_least=2.6),
}
BY_CHANCE = "{}, by chance"
GOALS_BY_CHANCE = {"sqlite": Goal(at_least=1.5), "mariadb": Goal(at_least=1.2)}
PAGES = 16  # connections of those who ask by chance
BUSY = 0.6  # the share of a processor that F is given to do
SIZE_TOLERANCE_BYTES = 60


def run(lab: Lab, report: Report) -> None:
    """All ways of ours, beside the controls."""
    candidates = [*_ours(lab), *_controls(lab), *_twins(lab)]
    costs = measure(candidates, lab.amount.requests, lab.amount.rounds)
    report.add_costs(NAME, lab.name, costs)
    for each in WAYS:
        way = each.name
        report.add_ratio(NAME, lab.name, costs, ("F", way), goal=GOALS[lab.name, each])
        report.add_ratio(NAME, lab.name, costs, ("W", way))
        report.add_ratio(NAME, lab.name, costs, ("naive", way), goal=Goal(at_least=4.0))
        report.add_ratio(NAME, lab.name, costs, ("Django", way))
    report.add_ratio(NAME, lab.name, costs, ("F", GRANIAN_CALLABLE.name))
    report.add_ratio(NAME, lab.name, costs, (BIG, OURS.name), goal=Goal(at_most=1.1))
    _by_chance(lab, report, candidates, costs["F"])


def _by_chance(lab: Lab, report: Report, candidates: list[Candidate], in_step: Cost) -> None:
    """The same by pages that know nothing of each other, as in life: now there are several requests
    and now none. As many for both in a second as keep F busy without a queue that only grows, and
    never more under way than those in step."""
    both = [
        replace(each, name=BY_CHANCE.format(each.name))
        for each in candidates
        if each.name in (OURS.name, "F")
    ]
    rate = BUSY / (statistics.median(in_step.application) / 1_000_000)
    load = partial(by_chance, rate=rate, under_way=CONNECTIONS)
    requests, rounds = lab.amount.requests, lab.amount.rounds
    costs = measure(both, requests, rounds, load=load, connections=PAGES)
    report.add_costs(NAME, lab.name, costs)
    names = BY_CHANCE.format("F"), BY_CHANCE.format(OURS.name)
    report.add_ratio(NAME, lab.name, costs, names, goal=GOALS_BY_CHANCE[lab.name])


def _ours(lab: Lab) -> list[Candidate]:
    served = [(name, lab.small, server) for name, server in lab.ways.items()]
    return [
        Candidate(name, server, always(site.idle_poll(server)), is_idle, lab.databases.pids)
        for name, site, server in [*served, (BIG, lab.big, lab.big_server)]
    ]


def _controls(lab: Lab) -> list[Candidate]:
    """Sent the very bytes that ours are sent."""
    ours = lab.ways[OURS.name]
    request = lab.small.idle_poll(ours)
    _check_size(lab.small, lab)
    return [
        Candidate(name, server, always(request), has_status(200))
        for name, server in lab.controls.items()
    ]


def _check_size(site: Site, lab: Lab) -> None:
    """F's constant must be as long as a full answer without news."""
    ours, _ = site.newest(lab.ways[OURS.name])
    [connection] = lab.controls["F"].connections(1)
    with connection:
        control = connection.ask(site.poll_request(1, 0))
    difference = abs(len(ours.body) - len(control.body))
    assert difference <= SIZE_TOLERANCE_BYTES, f"{len(ours.body)} and {len(control.body)} bytes"


def _twins(lab: Lab) -> list[Candidate]:
    return [
        Candidate(
            name, server, always(guest.poll_request()), brings_messages(0), lab.databases.pids
        )
        for name, (server, guest) in lab.guests.items()
    ]
