"""Many write to one conversation and many watch it, while workers die: nothing lost, no repeats."""

from collections.abc import Callable

import pytest

from tests.databases import Database, MariaDB
from tests.soak.conftest import Show
from tests.soak.load import Load, Trouble
from tests.soak.site import Site

SHORT = pytest.param(300, 6, 1.0, id="short")
FULL = pytest.param(
    100_000, 20, 2.0, marks=[pytest.mark.soak, pytest.mark.timeout(7200)], id="full"
)

# SQLite lets one writer in at a time, so that these mistakes do not show there.
where_writers_overlap = pytest.mark.parametrize(
    "database", ["mariadb"], indirect=True, scope="session"
)


@pytest.mark.parametrize(("size", "pollers", "every"), [SHORT, FULL])
def test_every_poller_gets_every_message_once_and_in_order(
    site: Site,
    conversation: int,
    database: Database,
    show: Show,
    size: int,
    pollers: int,
    every: float,
):
    """The mechanism: both numbers are taken under the conversation's lock, before the INSERT."""
    deadlocks = count_deadlocks(database)
    load = Load(site, conversation, give_up=60, poll_pause=0.05)
    trouble = Trouble(site.server.kill_a_worker, every=every)
    report = load.run(messages=size, senders=8, pollers=pollers, trouble=trouble)
    show(report)
    assert report.faults == {}
    assert report.sent == len(report.acknowledged) == len(report.stored) >= size
    assert report.troubles > 0
    assert count_deadlocks(database) == deadlocks


@where_writers_overlap
def test_a_cursor_on_an_auto_increment_id_misses_messages(
    site_with: Callable[[str], Site], show: Show
):
    """The same load on the same application, with only the numbers taken as most people would."""
    site = site_with("auto_increment")
    report = Load(site, site.conversation(), give_up=1).run(messages=300, senders=8, pollers=6)
    show(report)
    assert report.faults["missed"] > 0
    assert "500" not in report.faults


@where_writers_overlap
def test_inserting_first_ends_in_deadlocks(
    site_with: Callable[[str], Site], database: Database, show: Show
):
    """The same load, with the INSERT before the UPDATE of the conversation's row."""
    deadlocks = count_deadlocks(database)
    site = site_with("insert_first")
    report = Load(site, site.conversation(), give_up=1).run(messages=100, senders=8, pollers=1)
    show(report)
    assert count_deadlocks(database) > deadlocks
    assert "500" not in report.faults


def count_deadlocks(database: Database) -> int:
    """How many MariaDB has seen since it started; SQLite has none."""
    if not isinstance(database, MariaDB):
        return 0
    ((_name, value),) = database.execute("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'")
    return int(str(value))
