"""A group of fifty beside a conversation of two, on the same site."""

import itertools
import secrets
from collections.abc import Callable, Iterator

from bench import data
from bench.checks import has_status, is_idle
from bench.lab import SMALL, Lab
from bench.report import Goal, Report
from bench.rounds import Candidate, always, measure
from bench.servers import GRANIAN, OURS, Server, Way
from bench.site import Site
from marketplace.accounts.models import User
from marketplace.storage.database import db
from tests import cast

NAME = "groups"
MEMBERS = 50
PAIR, GROUP = "pair", f"group of {MEMBERS}"
IDLE, SEND = "{}, idle poll, {}", "{}, send"


def run(lab: Lab, report: Report) -> None:
    """The idle poll under both servers, and a message."""
    site = lab.site("groups", data.of_one_person(SMALL.conversations), SMALL.each)
    group = _open(site)
    servers = lab.start_all({way.name: site.serve(way) for way in (OURS, GRANIAN)})
    for way in (OURS, GRANIAN):
        server = servers[way.name]
        # The seller's, who is in both.
        seller = site.pairs[0].seller
        requests = [site.idle_poll(server), site.idle_poll(server, group, person=seller)]
        _idle(lab, report, requests, server, way)
    _send(lab, report, site, group, servers[OURS.name])


def _open(site: Site) -> int:
    """By the application's own verbs; the seller's, who is its admin. Its id."""
    with site.app.app_context():
        seller = db.session.get_one(User, site.pairs[0].seller)
    people = [cast.person(site.app, f"Member {number}") for number in range(1, MEMBERS)]
    return cast.group(site.app, seller, *people)


def _idle(lab: Lab, report: Report, requests: list[bytes], server: Server, way: Way) -> None:
    names = [IDLE.format(each, way.name) for each in (PAIR, GROUP)]
    candidates = [
        Candidate(name, server, always(request), is_idle, lab.databases.pids)
        for name, request in zip(names, requests, strict=True)
    ]
    costs = measure(candidates, lab.amount.requests, lab.amount.rounds)
    report.add_costs(NAME, lab.name, costs)
    report.add_ratio(NAME, lab.name, costs, (names[1], names[0]), goal=Goal(at_most=1.3))


def _send(lab: Lab, report: Report, site: Site, group: int, server: Server) -> None:
    candidates = [
        Candidate(
            SEND.format(name), server, _messages(site, place), has_status(201), lab.databases.pids
        )
        for name, place in ((PAIR, 1), (GROUP, group))
    ]
    costs = measure(candidates, lab.amount.requests // 8, lab.amount.rounds)
    report.add_costs(NAME, lab.name, costs)
    names = SEND.format(GROUP), SEND.format(PAIR)
    report.add_ratio(NAME, lab.name, costs, names, goal=Goal(at_most=3.0))


def _messages(site: Site, conversation: int) -> Callable[[], Iterator[bytes]]:
    run_id, numbers = secrets.token_hex(4), itertools.count()
    sender = site.pairs[0].seller
    return lambda: (
        site.send_request(conversation, f"{run_id}-{number}", sender) for number in numbers
    )
