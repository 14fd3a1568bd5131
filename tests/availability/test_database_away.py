"""The database goes and comes back: 503 with Retry-After in between, never a 500."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade

from config import Settings
from marketplace import create_app
from marketplace.messaging import conversations, messages
from marketplace.storage.database import db
from tests import cast
from tests.cast import place_in
from tests.conftest import CHEAP_HASH, need
from tests.mariadb import MariaDBServer

LOGIN = {"email": "sam@example.com", "password": "wrong password"}
YES = {"body": "Yes", "client_id": "yes"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MariaDBServer]:
    """A MariaDB that this test may stop."""
    need("mariadbd")
    with MariaDBServer(tmp_path / "mariadb") as running:
        yield running


@pytest.fixture
def app(server: MariaDBServer, tmp_path: Path) -> Iterator[Flask]:
    """The application on it. Errors are answered as in production, not raised."""
    settings = Settings.from_environment(
        {"DATABASE_URL": server.url, "INSTANCE_PATH": str(tmp_path / "instance")}
    )
    app = create_app(settings, overrides=CHEAP_HASH)
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
        app.extensions["reader"].dispose()


@pytest.fixture(autouse=True)
def empty_tables() -> None:
    """This database goes with the test."""


def test_every_page_says_so_and_everything_works_again(app: Flask, server: MariaDBServer) -> None:
    sam, bea = cast.person(app, "Sam"), cast.person(app, "Bea")
    bicycle = cast.listing(app, sam, "Red bicycle")
    with app.app_context():
        conversation = conversations.open_about(bea, bicycle)
        messages.send(bea, conversation, "Is it still available?", "1")
    as_sam = cast.browser_of(app, sam)
    token = cast.token(as_sam)
    places = [
        ("GET", "/marketplace", None),
        ("GET", f"/marketplace/{bicycle}", None),
        ("GET", "/messages", None),
        ("GET", f"/messages/{conversation}", None),
        ("GET", f"/messages/{conversation}/poll", None),
        ("GET", "/api/v1/unread", None),
        ("POST", f"/api/v1/conversations/{conversation}/messages", YES),
        ("PUT", f"/api/v1/conversations/{conversation}/read", {"seq": 1}),
        ("POST", "/login", None),
    ]

    def ask(method: str, path: str, body: Any) -> Any:
        return as_sam.open(
            path,
            method=method,
            json=body,
            data=LOGIN | {"csrf_token": token} if path == "/login" else None,
            headers={"X-CSRFToken": token},
        )

    server.stop()
    for place in places:
        answer = ask(*place)
        assert answer.status_code == 503, place
        assert int(answer.headers["Retry-After"]) > 0
        if answer.is_json:
            assert answer.json["error"]["code"] == "unavailable"
        else:
            assert "<html" in answer.get_data(as_text=True)
    server.start()
    for place in places:
        ask(*place)  # the connections that broke are noticed here
    for place in places:
        assert ask(*place).status_code in (200, 201, 303), place
    with app.app_context():
        assert [item.body for item in messages.latest(place_in(conversation))[0]] == [
            "Is it still available?",
            "Yes",
        ]
