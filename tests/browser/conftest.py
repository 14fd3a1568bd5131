"""Chromium, the served site, and people with a window each."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from config import Settings
from marketplace import create_app
from marketplace.storage.database import db
from tests.browser.stage import Person, Stage
from tests.browser.visitor import Visitor
from tests.conftest import CHEAP_HASH, need
from tests.databases import Database
from tests.servers import Server

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's Chromium; its shell, where there is one, is the same but for the windows that
    nobody sees, and takes a third of the time. Root has no sandbox, and nothing may call home."""
    shell = shutil.which("chromium-headless-shell")
    if not shell:
        need("chromium")
    return {
        **browser_type_launch_args,
        "executable_path": shell or shutil.which("chromium"),
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    }


@pytest.fixture(scope="session")
def site(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The site, once for all tests of this folder: each registers people of its own."""
    folder = tmp_path_factory.mktemp("site") / "instance"
    with Server(database.create(), folder, POLL_INTERVAL="0.3") as running:
        yield running


@pytest.fixture(scope="session")
def stage(site: Server) -> Iterator[Stage]:
    """For what is quicker done without a browser."""
    settings = Settings.from_environment(site.environment)
    app = create_app(settings, overrides={"TESTING": True, **CHEAP_HASH})
    yield Stage(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
        app.extensions["reader"].dispose()


@pytest.fixture(scope="session")
def base_url(site: Server) -> str:
    """Where pytest-playwright's windows look for paths."""
    return site.url


@pytest.fixture
def visit(site: Server, new_context: Callable[..., BrowserContext]) -> Visit:
    """Open a window: ``visit("Bea", viewport=…)``; without a name nobody signs in there."""

    def open_window(name: str | None = None, **options: Any) -> Visitor:
        visitor = Visitor(new_context(locale="en", **options), site.url)
        if name:
            visitor.join(name, site)
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


@pytest.fixture
def arrive(
    stage: Stage, base_url: str, new_context: Callable[..., BrowserContext]
) -> Callable[..., Person]:
    """A window of somebody new who is signed in already: ``arrive("Bea", locale="fr")``."""

    def open_window(name: str, **options: Any) -> Person:
        context = new_context(**{"locale": "en", **options})
        return Person(context, base_url, stage, stage.person(name))

    return open_window


@pytest.fixture
def staged_bea(arrive: Callable[..., Person]) -> Person:
    """Bea's window, without the way to get there."""
    return arrive("Bea")


@pytest.fixture
def staged_sam(arrive: Callable[..., Person]) -> Person:
    """Sam's window."""
    return arrive("Sam")
