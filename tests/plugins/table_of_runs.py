"""At the end stands a table of what the runs under load have seen (``show`` in ``tests/soak``)."""

import itertools

import pytest

from tests.soak.report import table

ROW = "row of the table of runs"  # goes with a test's report, whichever process ran the test


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The rows, in the order in which the tests ended."""
    reports = itertools.chain.from_iterable(terminalreporter.stats.values())
    rows = [
        row
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, row in report.user_properties
        if name == ROW
    ]
    if rows:
        terminalreporter.section("messages under load")
        for line in table(rows):
            terminalreporter.write_line(line)
