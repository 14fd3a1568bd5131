"""A minute of somebody who talks, ours and the tutorial's: see ``bench/talkers.py``.

A poll costs little and is asked often, a page costs much and is asked seldom: this is what comes
of both. The tutorial's inbox and badge look at all messages of all conversations; with fifteen of a
hundred messages each there are few.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

from bench import data
from bench.lab import Lab
from bench.measures.opening import tell_apart
from bench.report import Goal, Report
from bench.rounds import CONNECTIONS, Clock
from bench.servers import OURS, Server
from bench.talkers import NaiveTalker, OurTalker, Talker, let_time_pass, talk
from bench.twins import NAIVE, Guest
from marketplace.messaging import inbox, messages

NAME = "talk"
EACH = 2 * messages.PAGE_SIZE
REQUESTS_FOR_ONE = 1000  # of the other measures, to so many minutes of a few people at once


@dataclass
class Side:
    """One of the two, and microseconds of processor time that a minute took in each round."""

    server: Server
    talkers: Iterator[Talker]
    before_each: Callable[[], object]
    together: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)


def run(lab: Lab, report: Report) -> None:
    """Limits are on, as deployed. Those who talk sell, and each talks with another buyer."""
    pairs = data.of_two_groups(inbox.PAGE_SIZE, 1)
    sides = _sides(lab, pairs, talking=pairs[:: inbox.PAGE_SIZE + 1])
    for side in sides.values():
        _talk(lab, side, groups=1)
    groups = max(1, lab.amount.requests // REQUESTS_FOR_ONE)
    for _ in range(lab.amount.rounds):
        for side in sides.values():
            application, database = _talk(lab, side, groups)
            side.together.append(application + database)
            side.database.append(database)
    for name, side in sides.items():
        report.add(NAME, lab.name, f"{name}: a minute", "us", side.together)
        if any(side.database):
            report.add(NAME, lab.name, f"{name}: in the database, of it", "us", side.database)
    ours, naive = (sides[each.name].together for each in (OURS, NAIVE))
    ratios = [one / other for one, other in zip(ours, naive, strict=True)]
    report.add(NAME, lab.name, "ours / naive", "x", ratios, goal=Goal(at_most=0.4))


def _sides(lab: Lab, pairs: list[data.Pair], talking: Sequence[data.Pair]) -> dict[str, Side]:
    site, twins = lab.site(NAME, pairs, EACH), lab.twins(NAME, pairs, EACH)
    site.change(tell_apart)
    servers = lab.start_all(
        {OURS.name: site.serve(RATELIMIT_ENABLED="true"), NAIVE.name: twins.serve(NAIVE)}
    )
    ours, naive = (servers[each.name] for each in (OURS, NAIVE))
    our_talkers = [OurTalker(site, pair) for pair in talking]
    naive_talkers = [
        NaiveTalker(Guest(naive, pair.seller), Guest(naive, pair.buyer), pair.id)
        for pair in talking
    ]
    return {
        OURS.name: Side(ours, cycle(our_talkers), lambda: site.change(let_time_pass)),
        NAIVE.name: Side(naive, cycle(naive_talkers), lambda: None),
    }


def _talk(lab: Lab, side: Side, groups: int) -> tuple[float, float]:
    """What a minute took, in the application and in the database."""
    clock = Clock(side.server, lab.databases.pids)
    for _ in range(groups):
        side.before_each()
        connections = side.server.connections(CONNECTIONS)
        talk(list(islice(side.talkers, CONNECTIONS)), connections, clock)
        for connection in connections:
            connection.close()
    minutes = groups * CONNECTIONS
    return clock.application / minutes / 1000, clock.database / minutes / 1000
