"""The inbox page."""

from bench.checks import shows_rows
from bench.lab import Lab
from bench.load import get
from bench.report import Goal, Report
from bench.rounds import Candidate, always, measure
from bench.servers import OURS, Server
from bench.site import Site
from marketplace.messaging.inbox import PAGE_SIZE

NAME = "inbox"
BIG = "ours, big data"
FULL = "ours, one full page"
OUR_ROW, NAIVE_ROW = b"data-conversation=", b"<li>"


def run(lab: Lab, report: Report) -> None:
    """Ten rows, and pages that are full with little and with much behind them."""
    candidates = [
        _ours(lab, OURS.name, lab.small, lab.ways[OURS.name]),
        _ours(lab, FULL, *lab.full_page),
        _ours(lab, BIG, lab.big, lab.big_server),
    ]
    server, guest = lab.guests["naive"]
    request = always(guest.request("/inbox"))
    check = shows_rows(min(PAGE_SIZE, len(lab.small.pairs)), NAIVE_ROW)
    candidates.append(Candidate("naive", server, request, check, lab.databases.pids))
    costs = measure(candidates, lab.amount.requests // 8, lab.amount.rounds)
    report.add_costs(NAME, lab.name, costs)
    report.add_ratio(NAME, lab.name, costs, ("naive", OURS.name))
    report.add_ratio(NAME, lab.name, costs, (BIG, FULL), goal=Goal(at_most=1.3))
    report.add_ratio(NAME, lab.name, costs, (BIG, OURS.name))


def _ours(lab: Lab, name: str, site: Site, server: Server) -> Candidate:
    request = always(get("/messages", site.visitor().cookie))
    check = shows_rows(min(PAGE_SIZE, len(site.pairs)), OUR_ROW)
    return Candidate(name, server, request, check, lab.databases.pids)
