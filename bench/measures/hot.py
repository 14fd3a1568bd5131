"""Everybody writes in one conversation, beside everybody in another one: what its lock costs."""

from bench import data
from bench.lab import Lab
from bench.measures.senders import send_at_once
from bench.report import Goal, Report

NAME = "hot"
WORKERS, SENDERS = 4, 8
CONVERSATIONS = 1000


def run(lab: Lab, report: Report) -> None:
    """On a server only: SQLite has one writer at a time, wherever they write."""
    if lab.name == "sqlite":
        return
    site = lab.site("hot", data.of_one_person(CONVERSATIONS), 1)
    server = lab.start(site.serve(workers=WORKERS))
    spread = [range(first, CONVERSATIONS + 1, SENDERS) for first in range(1, SENDERS + 1)]
    ways = {"one conversation": [[1]] * SENDERS, f"{CONVERSATIONS:,} conversations": spread}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(lab.amount.rounds):
        for name, conversations in ways.items():
            times = send_at_once(site, server, conversations, lab.amount.messages)
            assert not times.faults, times.faults[:3]
            rates[name].append(len(times.seconds) / times.elapsed)
    for name, every in rates.items():
        report.add(NAME, lab.name, name, "1/s", every)
    hot, cold = rates.values()
    ratios = [one / other for one, other in zip(hot, cold, strict=True)]
    report.add(NAME, lab.name, "one / 1,000 conversations", "x", ratios, goal=Goal(at_least=0.65))
