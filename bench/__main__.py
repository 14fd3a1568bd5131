"""``python -m bench``: the application beside its controls; see docs/performance.md. Beside what it
was at a commit before: ``python -m bench.before``.

A line a figure: its smallest, median and largest round, and the goal if there is one. A wrong
answer ends the run with an error; a goal that is missed does not.
"""

import argparse
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType

from bench import data, databases
from bench.lab import Amount, Lab
from bench.measures import (
    attacks,
    groups,
    hot,
    inbox,
    memory,
    news,
    opening,
    pages,
    poll,
    search,
    send,
    talk,
    unread,
    writers,
)
from bench.report import Report, print_heading

MEASURES: dict[str, ModuleType] = {
    measure.NAME: measure
    for measure in (
        *(poll, news, unread, inbox, opening, talk, send, writers, hot, memory, search, pages),
        groups,
        attacks,
    )
}
ROUNDS_AT_LEAST = 3
STOPPED = 128 + signal.SIGTERM
FULL = Amount(
    data.Size(10_000, 1_000_000),
    rounds=5,
    requests=4000,
    messages=400,
    pages=1000,
    sign_ins=10_000,
    seconds=30,
)
QUICK = Amount(
    data.Size(1_000, 20_000),
    rounds=3,
    requests=100,
    messages=20,
    pages=100,
    sign_ins=500,
    seconds=3,
)
QUICK_MEASURES = [each.NAME for each in (poll, news, send)]


def main() -> None:
    """Measure what is asked for. Asked to stop, end all that was started first."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(STOPPED))
    options = _options()
    usual, usual_measures = (QUICK, QUICK_MEASURES) if options.quick else (FULL, list(MEASURES))
    amount = Amount(
        data.Size(
            options.conversations or usual.big.conversations, options.messages or usual.big.messages
        ),
        rounds=max(options.rounds or usual.rounds, ROUNDS_AT_LEAST),
        requests=usual.requests,
        messages=usual.messages,
        pages=usual.pages,
        sign_ins=usual.sign_ins,
        seconds=usual.seconds,
    )
    report = Report(settings=vars(options) | {"amount": str(amount)})
    print_heading()
    for name in databases.NAMES if options.database == "both" else (options.database,):
        _measure(name, amount, options.only or usual_measures, report)
    if options.json:
        report.write(options.json)


def _measure(name: str, amount: Amount, only: list[str], report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as text, ExitStack() as stack:
        folder = Path(text)
        lab = Lab(stack.enter_context(databases.opened(name, folder)), folder, amount, stack)
        for each in only:
            MEASURES[each].run(lab, report)


def _options() -> argparse.Namespace:
    named = ", ".join(QUICK_MEASURES)
    parser = argparse.ArgumentParser("python -m bench", description="Measure the application.")
    parser.add_argument("--quick", action="store_true", help=f"rough: {named}, in a minute")
    parser.add_argument("--only", type=_names, help=f"some of {', '.join(MEASURES)}")
    parser.add_argument("--database", choices=(*databases.NAMES, "both"), default="both")
    parser.add_argument("--conversations", type=int, help="of the big data")
    parser.add_argument("--messages", type=int, help="of the big data")
    parser.add_argument("--rounds", type=int, help=f"at least {ROUNDS_AT_LEAST}")
    parser.add_argument("--json", type=Path, help="a file for programs to read")
    return parser.parse_args()


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - set(MEASURES):
        raise argparse.ArgumentTypeError(f"no such measure: {', '.join(sorted(unknown))}")
    return names


if __name__ == "__main__":
    sys.exit(main())
