"""SQLite has one writer at a time: what queueing for it does to the slowest send."""

from bench import data
from bench.lab import Lab
from bench.load import Times
from bench.measures.senders import send_at_once
from bench.report import Goal, Report
from bench.servers import OURS, Way

NAME = "writers"
WORKERS, SENDERS = 4, 8
WITHOUT = Way("without the queue", application="bench.controls.without_queue:app")
LOST = ("database is locked", "unit of work repeated")


def run(lab: Lab, report: Report) -> None:
    """The same senders on the application with and without it, each in a conversation."""
    if lab.name != "sqlite":
        return
    ways = (OURS, WITHOUT)
    sites = [lab.site(f"writers, {way.name}", data.of_pairs(SENDERS), 1) for way in ways]
    servers = [
        lab.start(site.serve(way, workers=WORKERS)) for site, way in zip(sites, ways, strict=True)
    ]
    found: dict[Way, list[Times]] = {way: [] for way in ways}
    for _ in range(lab.amount.rounds):
        for way, site, server in zip(ways, sites, servers, strict=True):
            places = [[number] for number in range(1, SENDERS + 1)]
            found[way].append(send_at_once(site, server, places, lab.amount.messages))
    _report(report, found)
    lost = sum(servers[0].log.count(words) for words in LOST)
    report.add(
        NAME, lab.name, "ours: busy errors, repeated units", "", [lost], goal=Goal(at_most=0)
    )


def _report(report: Report, found: dict[Way, list[Times]]) -> None:
    faults = [fault for each in found[OURS] for fault in each.faults]
    assert not faults, faults[:3]
    for way, every in found.items():
        for percent in (50, 99):
            milliseconds = [times.percentile(percent) * 1000 for times in every]
            report.add(NAME, "sqlite", f"{way.name}: p{percent}", "ms", milliseconds)
    refused = [len(times.faults) for times in found[WITHOUT]]
    report.add(NAME, "sqlite", f"{WITHOUT.name}: not stored", "", refused)
    pairs = zip(found[OURS], found[WITHOUT], strict=True)
    ratios = [one.percentile(99) / other.percentile(99) for one, other in pairs]
    what = f"p99 {OURS.name} / {WITHOUT.name}"
    report.add(NAME, "sqlite", what, "x", ratios, goal=Goal(at_most=0.45))
