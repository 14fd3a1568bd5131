"""Many open pages through nginx, and somebody writing to some of them all the time."""

from bench import data
from bench.lab import Lab
from bench.open_pages import OpenPages, Seen
from bench.report import Goal, Report
from tests.nginx import Nginx

NAME = "pages"
WORKERS = 2
MESSAGES_A_SECOND = 10


def run(lab: Lab, report: Report) -> None:
    """For a bounded time; the load's own lateness counts against the application."""
    site = lab.site("pages", data.of_pairs(lab.amount.pages // 2), 20)
    with site.serve(workers=WORKERS, TRUSTED_PROXIES="1") as server, Nginx(server.port) as nginx:
        pages = OpenPages(site, nginx.port)
        seen = pages.run(lab.amount.seconds, MESSAGES_A_SECOND)
    _report(lab, report, seen)


def _report(lab: Lab, report: Report, seen: Seen) -> None:
    assert not seen.wrong, seen.wrong[:3]
    missing = set(seen.sent) - seen.delivered_ids
    assert not missing, f"{len(missing)} messages never came"
    polls, delivery = seen.polls, seen.delivery
    figures = [
        ("pages", "", len(seen.people), None),
        ("polls", "1/s", len(polls.seconds) / polls.elapsed, None),
        ("poll p50", "ms", polls.percentile(50) * 1000, None),
        ("poll p99", "ms", polls.percentile(99) * 1000, Goal(at_most=100)),
        ("errors", "", len(polls.faults), Goal(at_most=0)),
        ("messages", "", len(delivery.seconds), None),
        ("delivery p50", "s", delivery.percentile(50), None),
        ("delivery p99", "s", delivery.percentile(99), Goal(at_most=2.2)),
    ]
    for what, unit, value, goal in figures:
        report.add(NAME, lab.name, what, unit, [value], goal=goal)
