"""The application with its limits on, and the application in production mode."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from config import Settings
from marketplace import create_app
from marketplace.accounts.models import User
from marketplace.messaging import conversations, messages
from marketplace.operations.counters import Counters, InFile
from marketplace.storage.database import db
from tests import cast
from tests.conftest import CHEAP_HASH

PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "0123456789abcdef" * 2,
    "ALLOWED_HOSTS": "shop.example",
}
HTTPS = "https://shop.example"


@pytest.fixture
def limited(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with its limits on, and nothing counted yet."""
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", True)
    monkeypatch.setitem(app.extensions, "limits", Counters(InFile(tmp_path / "limits.db")))
    return app


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application as it is deployed, on SQLite. Its visitors come to ``HTTPS``."""
    with _made(tmp_path_factory.mktemp("production"), **PRODUCTION) as app:
        yield app


@dataclass(frozen=True)
class Site:
    """An application of its own with Bea's conversation about Sam's bicycle in it."""

    app: Flask
    sam: User
    bea: User
    bicycle: int
    conversation: int
    as_bea: FlaskClient
    token: str

    @property
    def stranger(self) -> FlaskClient:
        """A browser that nobody is signed in with."""
        return self.app.test_client()


@contextmanager
def site(instance: Path, overrides: dict[str, Any] | None = None, **environ: str) -> Iterator[Site]:
    """One on SQLite; errors are answered as in life, not raised."""
    with _made(instance, overrides, **environ) as app:
        sam, bea = cast.person(app, "Sam"), cast.person(app, "Bea")
        bicycle = cast.listing(app, sam, "Red bicycle")
        with app.app_context():
            conversation = conversations.open_about(bea, bicycle)
            messages.send(bea, conversation, "Is it still available?", "first")
        as_bea = cast.browser_of(app, bea)
        yield Site(app, sam, bea, bicycle, conversation, as_bea, cast.token(as_bea))


@contextmanager
def _made(
    instance: Path, overrides: dict[str, Any] | None = None, **environ: str
) -> Iterator[Flask]:
    settings = Settings.from_environment({"INSTANCE_PATH": str(instance), **environ})
    app = create_app(settings, overrides=CHEAP_HASH | (overrides or {}))
    app.add_url_rule("/broken", "broken", view_func=lambda: {}["secret-detail"])
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
        app.extensions["reader"].dispose()
