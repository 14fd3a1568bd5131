"""The site as the operator's guide sets it up: the settings file, gunicorn, nginx."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from config import Settings
from marketplace import create_app
from marketplace.storage.database import db
from tests.conftest import CHEAP_HASH, need
from tests.databases import SQLite
from tests.nginx import HOST, Nginx
from tests.servers import ROOT, Server


@dataclass(frozen=True)
class Deployed:
    """``app`` is the same application in this process, to prepare and to look things up."""

    server: Server
    nginx: Nginx
    app: Flask
    uploads: Path
    assets: Path


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """With the deployed files, and other paths and ports only."""
    need("nginx")
    folder = tmp_path_factory.mktemp("deployed")
    uploads, assets = folder / "uploads", folder / "assets"
    settings = {
        **settings_file(),
        "SECRET_KEY": secrets.token_hex(32),
        "UPLOAD_FOLDER": str(uploads),
    }
    for given in ("INSTANCE_PATH", "DATABASE_URL", "WEB_CONCURRENCY"):
        settings.pop(given)
    server = Server(
        SQLite(folder).create(),
        folder / "instance",
        application="tests.deploy.mirror:app",
        **settings,
    )
    app = create_app(Settings.from_environment(server.environment), overrides=CHEAP_HASH)
    with server, Nginx(server.port, uploads=uploads, assets=assets) as nginx:
        server.flask("assets", str(assets))
        yield Deployed(server, nginx, app, uploads, assets)
    with app.app_context():
        db.engine.dispose()
        app.extensions["reader"].dispose()


def settings_file() -> dict[str, str]:
    """What ``deploy/environment`` sets."""
    lines = (ROOT / "deploy" / "environment").read_text().splitlines()
    pairs = [line.split("=", 1) for line in lines if line and not line.startswith("#")]
    settings = dict(pairs)
    assert HOST in settings["ALLOWED_HOSTS"]
    return settings
