"""The poll that brings one new message."""

import json
import secrets
from typing import Any

from bench.checks import brings_exactly, brings_messages, has_status
from bench.lab import Lab
from bench.report import Goal, Report
from bench.rounds import Candidate, always, measure
from bench.servers import OURS

NAME = "news"


def run(lab: Lab, report: Report) -> None:
    """Asked again and again with the cursor before the newest message."""
    server = lab.ways[OURS.name]
    newest = _one_more_message(lab)
    request = lab.small.poll_request(1, newest["version"] - 1)
    candidates = [
        Candidate(
            OURS.name,
            server,
            always(request),
            brings_exactly(newest["seq"]),
            lab.databases.pids,
        ),
        Candidate("F", lab.controls["F"], always(request), has_status(200)),
        *_twins(lab),
    ]
    costs = measure(candidates, lab.amount.requests, lab.amount.rounds)
    report.add_costs(NAME, lab.name, costs)
    report.add_ratio(NAME, lab.name, costs, (OURS.name, "F"), goal=Goal(at_most=3.0))
    report.add_ratio(NAME, lab.name, costs, ("naive", OURS.name))


def _one_more_message(lab: Lab) -> Any:
    """So that it is the newest change, whatever was measured before."""
    [connection] = lab.ways[OURS.name].connections(1)
    with connection:
        answer = connection.ask(lab.small.send_request(1, f"news-{secrets.token_hex(4)}"))
    assert answer.status == 201, answer
    return json.loads(answer.body)


def _twins(lab: Lab) -> list[Candidate]:
    return [
        Candidate(
            name,
            server,
            always(guest.poll_request(behind=1)),
            brings_messages(1),
            lab.databases.pids,
        )
        for name, (server, guest) in lab.guests.items()
    ]
