"""The hard way: the database, and the whole server, ended with SIGKILL while messages flow."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import need
from tests.mariadb import MariaDBServer
from tests.servers import Server
from tests.soak.conftest import Show
from tests.soak.load import Load, Trouble
from tests.soak.report import Report
from tests.soak.site import Site

full = [pytest.mark.soak, pytest.mark.timeout(1800)]
TIMES = pytest.mark.parametrize(
    "times", [pytest.param(2, id="short"), pytest.param(20, marks=full, id="full")]
)


@TIMES
def test_what_mariadb_acknowledged_is_there_after_it_was_killed(
    own_mariadb: MariaDBServer, site_on_own: Site, show: Show, times: int
):
    """The mechanism: acknowledged after the commit, and a commit is on the disk."""
    report = run(site_on_own, Trouble(restart(own_mariadb), every=1.5, times=times))
    show(report)
    assert report.troubles == times
    assert report.faults == {}


@pytest.mark.soak
def test_a_commit_that_is_not_on_the_disk_is_lost(tmp_path: Path, show: Show):
    """The same, with a database that writes its log once a second."""
    need("mariadbd")
    need("nginx")
    with (
        MariaDBServer(tmp_path / "mariadb", "--innodb-flush-log-at-trx-commit=0") as database,
        Site(database.url, tmp_path / "site") as site,
    ):
        report = run(site, Trouble(restart(database), every=1.5, times=3))
    show(report)
    assert report.faults["lost"] > 0


@TIMES
def test_what_was_acknowledged_is_there_after_all_processes_were_killed(
    site: Site, show: Show, times: int
):
    """The master too, so that nginx has nobody to ask for a while."""
    report = run(site, Trouble(restart(site.server), every=1.5, times=times))
    show(report)
    assert report.troubles == times
    assert report.faults == {}


def restart(victim: MariaDBServer | Server) -> Callable[[], None]:
    """Kill it, and start it at once."""

    def kill_and_start() -> None:
        victim.kill()
        victim.start()

    return kill_and_start


def run(site: Site, trouble: Trouble) -> Report:
    """Messages flow until the trouble is over."""
    load = Load(site, site.conversation(), give_up=60)
    return load.run(messages=100, senders=4, pollers=4, trouble=trouble)
