"""The badge: how much is unread."""

from bench import data
from bench.checks import has_status, tells_unread
from bench.lab import Lab
from bench.load import get
from bench.report import Goal, Report
from bench.rounds import Candidate, always, measure
from bench.servers import OURS, Server
from bench.site import Site

NAME = "unread"
BIG = "ours, big data"


def run(lab: Lab, report: Report) -> None:
    """With little and with much."""
    candidates = [
        _ours(lab, OURS.name, lab.small, lab.ways[OURS.name]),
        _ours(lab, BIG, lab.big, lab.big_server),
    ]
    server, guest = lab.guests["naive"]
    request = always(guest.request("/unread"))
    candidates.append(Candidate("naive", server, request, has_status(200), lab.databases.pids))
    costs = measure(candidates, lab.amount.requests // 2, lab.amount.rounds)
    report.add_costs(NAME, lab.name, costs)
    report.add_ratio(NAME, lab.name, costs, ("naive", OURS.name))
    report.add_ratio(NAME, lab.name, costs, (BIG, OURS.name), goal=Goal(at_most=1.1))


def _ours(lab: Lab, name: str, site: Site, server: Server) -> Candidate:
    request = always(get("/api/v1/unread", site.visitor().cookie))
    conversations = min(data.UNREAD_CONVERSATIONS, len(site.pairs))
    unread = conversations * min(data.UNREAD_EACH, site.each)
    check = tells_unread(unread, conversations)
    return Candidate(name, server, request, check, lab.databases.pids)
