"""Chromium, the served site, and people with a window each."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.visitor import Visitor
from tests.conftest import need
from tests.databases import Database
from tests.servers import Server

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's Chromium. Root has no sandbox, and nothing may call home."""
    need("chromium")
    return {
        **browser_type_launch_args,
        "executable_path": shutil.which("chromium"),
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    }


@pytest.fixture(scope="session")
def site(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The site, once for all tests of this folder: each registers people of its own."""
    folder = tmp_path_factory.mktemp("site") / "instance"
    with Server(database.create(), folder, POLL_INTERVAL="0.3") as running:
        yield running


@pytest.fixture(scope="session")
def base_url(site: Server) -> str:
    """Where pytest-playwright's windows look for paths."""
    return site.url


@pytest.fixture
def visit(base_url: str, new_context: Callable[..., BrowserContext]) -> Visit:
    """Open a window: ``visit("Bea", viewport=…)``; without a name nobody signs in there."""

    def open_window(name: str | None = None, **options: Any) -> Visitor:
        visitor = Visitor(new_context(locale="en", **options), base_url)
        if name:
            visitor.join(name)
        return visitor

    return open_window


@pytest.fixture
def bea(visit: Visit) -> Visitor:
    """Bea's window."""
    return visit("Bea")


@pytest.fixture
def sam(visit: Visit) -> Visitor:
    """Sam's window."""
    return visit("Sam")


@pytest.fixture
def bicycle(sam: Visitor) -> str:
    """The path of the bicycle that Sam sells."""
    return sam.sell("Red bicycle")
