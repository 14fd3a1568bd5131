"""A served site with Sam and Bea in it, signed in, and their conversation."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from config import Settings
from marketplace import create_app
from marketplace.database import db
from marketplace.messaging import conversations
from tests import cast
from tests.conftest import CHEAP_HASH
from tests.databases import Database
from tests.servers import Server
from tests.soak.load import Visitor


@dataclass(frozen=True)
class Stage:
    """Where a load runs, and who is on it."""

    server: Server
    conversation: int
    visitors: list[Visitor]
    database_url: str


@pytest.fixture
def stage(database: Database, tmp_path: Path) -> Callable[..., AbstractContextManager[Stage]]:
    """``with stage(application=…)``: four workers on an empty database."""

    @contextmanager
    def opened(application: str = "wsgi:app") -> Iterator[Stage]:
        url = database.create()
        with Server(url, tmp_path / "instance", workers=4, application=application) as server:
            yield _stage(server, url)

    return opened


def _stage(server: Server, url: str) -> Stage:
    settings = Settings.from_environment(
        {"DATABASE_URL": url, "INSTANCE_PATH": str(server.instance)}
    )
    app = create_app(settings, overrides=CHEAP_HASH)
    sam, bea = cast.person(app, "Sam"), cast.person(app, "Bea")
    bicycle = cast.listing(app, sam, "Red bicycle")
    with app.app_context():
        conversation = conversations.open_about(bea, bicycle)
    visitors = [Visitor(*cast.cookie_and_token(app, person)) for person in (sam, bea)]
    with app.app_context():
        db.engine.dispose()
        app.extensions["reader"].dispose()
    return Stage(server, conversation, visitors, url)
