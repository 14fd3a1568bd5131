"""Memory of a master and four workers, and what loading the application takes."""

import os
import subprocess
import sys

from bench import cpu
from bench.checks import has_status
from bench.lab import FLASK_VIEW, Lab
from bench.load import Check, get, in_step
from bench.report import Goal, Report
from bench.servers import ROOT, Server
from bench.twins import NAIVE, Guest

NAME = "memory"
WORKERS = 4
VISITS, REQUESTS = 60, 5
MEGABYTE = 1024 * 1024
# PyYAML comes with the tools of development only; flask-smorest loads it where it finds it.
TIME_IMPORT = """
import sys, time
sys.modules["yaml"] = None
started = time.perf_counter()
import wsgi
print(time.perf_counter() - started)
"""


def run(lab: Lab, report: Report) -> None:
    """After all workers have answered polls and pages."""
    with lab.small.serve(workers=WORKERS) as ours, lab.control(FLASK_VIEW, workers=WORKERS) as bare:
        idle = lab.small.idle_poll(ours)
        page = get("/messages", lab.small.visitor().cookie)
        _use(ours, idle, has_status(304))
        _use(ours, page, has_status(200))
        _use(bare, idle, has_status(200))
        own, control = (cpu.proportional_memory(each.pids) / MEGABYTE for each in (ours, bare))
    report.add(NAME, lab.name, "master and 4 workers", "MB", [own])
    report.add(NAME, lab.name, "F: master and 4 workers", "MB", [control])
    report.add(
        NAME, lab.name, "master and 4 workers / F's", "x", [own / control], goal=Goal(at_most=1.6)
    )
    report.add(NAME, lab.name, "naive: master and 4 workers", "MB", [_naive(lab)])
    seconds = [_import_seconds(lab) for _ in range(lab.amount.rounds)]
    report.add(NAME, lab.name, "import of wsgi", "s", seconds, goal=Goal(at_most=0.8))


def _naive(lab: Lab) -> float:
    """What the packages alone take, that any application of this kind loads."""
    with lab.twin_site.serve(NAIVE, workers=WORKERS) as server:
        _use(server, Guest(server).poll_request(), has_status(200))
        return cpu.proportional_memory(server.pids) / MEGABYTE


def _use(server: Server, request: bytes, check: Check) -> None:
    """By many connections, so that every worker gets some."""
    for _ in range(VISITS):
        [connection] = server.connections(1)
        with connection:
            in_step([connection], iter([request] * REQUESTS), check)


def _import_seconds(lab: Lab) -> float:
    """In a process of its own, with the files it reads in memory after the first."""
    done = subprocess.run(
        [sys.executable, "-c", TIME_IMPORT],
        cwd=ROOT,
        env={**os.environ, **lab.small.environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)
