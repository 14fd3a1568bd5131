"""The page while its database is away: it says so, keeps what is written, and comes back."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visitor import Visitor
from tests.conftest import need
from tests.mariadb import MariaDBServer
from tests.servers import Server

RECOVERY_MS = 15_000  # the page backs off; how long is not its promise


@pytest.fixture
def mariadb(tmp_path: Path) -> Iterator[MariaDBServer]:
    """One that this test may stop."""
    need("mariadbd")
    with MariaDBServer(tmp_path / "mariadb") as running:
        yield running


@pytest.fixture(scope="session")
def base_url() -> str:
    """None of the folder's own site."""
    return ""


@pytest.fixture
def visit_there(
    mariadb: MariaDBServer, tmp_path: Path, browser: Browser
) -> Iterator[Callable[[str], Visitor]]:
    """Open a window on a site with this database."""
    with (
        Server(mariadb.url, tmp_path / "instance", POLL_INTERVAL="0.3") as site,
        ExitStack() as windows,
    ):

        def open_window(name: str) -> Visitor:
            context = windows.enter_context(browser.new_context(base_url=site.url, locale="en"))
            visitor = Visitor(context, site.url)
            visitor.join(name, site)
            return visitor

        yield open_window


def test_what_is_written_meanwhile_arrives_and_nothing_is_lost(
    mariadb: MariaDBServer, visit_there: Callable[[str], Visitor]
):
    sam, bea = visit_there("Sam"), visit_there("Bea")
    conversation = bea.contact(sam.sell("Red bicycle"), "Is it still available?")
    sam.page.goto(conversation)
    expect(sam.bodies).to_have_text(["Is it still available?"])

    mariadb.stop()
    for person in (sam, bea):
        expect(person.connection).to_have_attribute("data-state", "reconnecting")
        expect(person.connection).to_contain_text("What you write is kept.")
    bea.write("Hello?")
    expect(bea.bodies).to_have_text(["Is it still available?", "Hello?"])
    bea.composer.fill("I could come on")
    expect(sam.bodies).to_have_count(1)

    mariadb.start()
    for person in (sam, bea):
        expect(person.connection).to_have_attribute("data-state", "online", timeout=RECOVERY_MS)
    expect(bea.messages.last).to_have_attribute("data-status", "sent", timeout=RECOVERY_MS)
    expect(sam.bodies).to_have_text(["Is it still available?", "Hello?"])
    expect(bea.bodies).to_have_text(["Is it still available?", "Hello?"])
    expect(bea.composer).to_have_value("I could come on")
    sam.page.reload()
    expect(sam.bodies).to_have_text(["Is it still available?", "Hello?"])
