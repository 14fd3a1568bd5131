"""MariaDB is stopped for a while under load: told to come back later, quickly, and nothing lost."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import need
from tests.mariadb import MariaDBServer
from tests.soak.conftest import Show
from tests.soak.load import Load, Trouble
from tests.soak.report import Report
from tests.soak.site import Site

full = [pytest.mark.soak, pytest.mark.timeout(600)]
ANSWERED_WITHIN_SECONDS = 2
BACK_WITHIN_SECONDS = 3


@pytest.mark.parametrize(
    "seconds", [pytest.param(2.0, id="short"), pytest.param(10.0, marks=full, id="full")]
)
def test_who_asks_is_told_to_come_back_and_everything_works_again(
    own_mariadb: MariaDBServer, site_on_own: Site, show: Show, seconds: float
):
    """The mechanism: errors of a lost connection are answered with 503, and nothing waits long."""
    report, back_at = run(site_on_own, own_mariadb, seconds)
    show(report)
    assert report.faults == {}
    assert {refusal.status for refusal in report.refusals} == {503}
    assert all(refusal.retry_after for refusal in report.refusals)
    assert max(refusal.seconds for refusal in report.refusals) < ANSWERED_WITHIN_SECONDS
    assert min(at for at in report.acknowledged_at if at > back_at) < back_at + BACK_WITHIN_SECONDS


@pytest.mark.soak
def test_without_an_answer_of_ours_it_is_a_500(tmp_path: Path, show: Show):
    """The same, with the database's errors left to Flask."""
    need("mariadbd")
    need("nginx")
    application = "tests.soak.with_bare_database_errors:app"
    with (
        MariaDBServer(tmp_path / "mariadb") as database,
        Site(database.url, tmp_path / "site", application) as site,
    ):
        report, _ = run(site, database, 1)
    show(report)
    assert report.faults["500"] > 0


def run(site: Site, database: MariaDBServer, seconds: float) -> tuple[Report, float]:
    """A load in which the database is away for so long; and when it was back."""
    back_at: list[float] = []
    trouble = Trouble(away_for(database, seconds, back_at), every=1, times=1)
    load = Load(site, site.conversation(), give_up=30, poll_pause=0.05)
    report = load.run(messages=100, senders=4, pollers=4, trouble=trouble)
    return report, back_at[0]


def away_for(database: MariaDBServer, seconds: float, back_at: list[float]) -> Callable[[], None]:
    """Stop it, wait, start it, and stay a moment to see that all is well."""

    def stop_and_start() -> None:
        database.stop()
        time.sleep(seconds)
        database.start()
        back_at.append(time.monotonic())
        time.sleep(1)

    return stop_and_start
