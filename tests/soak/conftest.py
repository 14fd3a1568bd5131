"""Served sites to put under load, and what the table of runs gets."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import need
from tests.databases import Database
from tests.mariadb import MariaDBServer
from tests.plugins.table_of_runs import ROW
from tests.soak.report import Report
from tests.soak.site import Site

Show = Callable[[Report], None]


@pytest.fixture(scope="session")
def site(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of four workers, the same for all tests: each has a conversation of its own."""
    need("nginx")
    with Site(database.create(), tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture
def site_with(database: Database, tmp_path: Path) -> Iterator[Callable[[str], Site]]:
    """``site_with("auto_increment")`` serves the application with a mechanism taken out."""
    need("nginx")
    opened: list[Site] = []

    def serve(change: str) -> Site:
        application = f"tests.soak.with_{change}:app"
        opened.append(Site(database.create(), tmp_path / change, application).__enter__())
        return opened[-1]

    yield serve
    for each in opened:
        each.__exit__(None, None, None)


@pytest.fixture(scope="session")
def own_mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDBServer]:
    """A MariaDB that tests may stop, kill and start."""
    need("mariadbd")
    with MariaDBServer(tmp_path_factory.mktemp("mariadb") / "own") as running:
        yield running


@pytest.fixture(scope="session")
def site_on_own(
    own_mariadb: MariaDBServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site on it."""
    need("nginx")
    with Site(own_mariadb.url, tmp_path_factory.mktemp("site_on_own")) as running:
        yield running


@pytest.fixture
def conversation(site: Site) -> int:
    """A new one between Bea and Sam."""
    return site.conversation()


@pytest.fixture
def show(request: pytest.FixtureRequest) -> Show:
    """Put a report into the table that stands at the end of the test run."""
    run = request.node.name.removeprefix("test_")
    return lambda report: request.node.user_properties.append((ROW, report.row(run)))
