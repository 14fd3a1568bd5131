"""SQLite has one writer at a time. Four processes take turns, and nobody is turned away."""

from collections.abc import Callable

import pytest

from tests.soak.conftest import Show
from tests.soak.load import Load
from tests.soak.site import Site

TRIES = 5
full = [pytest.mark.soak, pytest.mark.timeout(1800)]
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")


@pytest.mark.parametrize(
    "each", [pytest.param(75, id="short"), pytest.param(800, marks=full, id="full")]
)
def test_four_processes_write_and_none_finds_the_database_locked(
    site: Site, conversation: int, show: Show, each: int
):
    """The mechanism: BEGIN IMMEDIATE, so that a unit waits for its turn before it reads."""
    report = Load(site, conversation).run(messages=4 * each, senders=8)
    show(report)
    assert report.faults == {}
    assert report.other_answers == {}
    assert refusals(site) == 0


def test_with_a_deferred_begin_the_database_is_locked(site_with: Callable[[str], Site], show: Show):
    """As a rule a few of 200; by chance none, so that there are more when there was none."""
    site = site_with("deferred_begin")

    def locked() -> int:
        report = Load(site, site.conversation(), give_up=5).run(messages=200, senders=8)
        show(report)
        return report.other_answers["send 503"]

    assert any(locked() for _ in range(TRIES))


def refusals(site: Site) -> int:
    """How often the log says that a unit lost a conflict, or why a request failed."""
    words = ("database is locked", "unit of work repeated")
    return sum(any(word in line for word in words) for line in site.server.log.splitlines())
