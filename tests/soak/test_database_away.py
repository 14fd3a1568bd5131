"""MariaDB is stopped for a while under load: told to come back later, quickly, and nothing lost."""

import time
from contextlib import closing
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
    absence = Absence(own_mariadb, site_on_own, seconds)
    report = absence.under_load()
    show(report)
    assert report.faults == {}
    assert {refusal.status for refusal in report.refusals} == {503}
    assert all(refusal.retry_after for refusal in report.refusals)
    assert max(refusal.seconds for refusal in report.refusals) < ANSWERED_WITHIN_SECONDS
    assert absence.statuses == {"/readyz": [503, 200], "/healthz": [200, 200]}
    back_at = absence.back_at
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
        report = Absence(database, site, 1).under_load()
    show(report)
    assert report.faults["500"] > 0


class Absence:
    """The database is stopped while messages flow, and started again. ``statuses`` is what health
    checks say, 3 seconds at the latest after it went, and after it was back at ``back_at``."""

    def __init__(self, database: MariaDBServer, site: Site, seconds: float) -> None:
        self._database = database
        self._site = site
        self._seconds = seconds
        self.back_at = 0.0
        self.statuses: dict[str, list[int]] = {"/readyz": [], "/healthz": []}

    def under_load(self) -> Report:
        """What senders and pollers saw."""
        trouble = Trouble(self._stop_and_start, every=1, times=1)
        load = Load(self._site, self._site.conversation(), give_up=30, poll_pause=0.05)
        return load.run(messages=100, senders=4, pollers=4, trouble=trouble)

    def _stop_and_start(self) -> None:
        self._database.stop()
        self._note_health(wanted=503)
        time.sleep(self._seconds)
        self._database.start()
        self.back_at = time.monotonic()
        self._note_health(wanted=200)

    def _note_health(self, *, wanted: int) -> None:
        deadline = time.monotonic() + BACK_WITHIN_SECONDS
        with closing(self._site.client()) as client:
            while client.get("/readyz").status != wanted and time.monotonic() < deadline:
                time.sleep(0.05)  # the wait for a condition
            for path, statuses in self.statuses.items():
                statuses.append(client.get(path).status)
