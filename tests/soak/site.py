"""The site as it is deployed: gunicorn behind nginx, with Sam and Bea in it."""

import itertools
import secrets
from pathlib import Path
from types import TracebackType
from typing import Self

from flask_migrate import upgrade
from sqlalchemy import create_engine, text

from config import Settings
from marketplace import create_app
from marketplace.messaging import conversations
from marketplace.storage.database import db
from tests import cast
from tests.conftest import CHEAP_HASH
from tests.nginx import Nginx
from tests.servers import Server
from tests.soak.client import Client, Visitor

PRODUCTION = {
    "APP_ENV": "production",
    "ALLOWED_HOSTS": "127.0.0.1",
    "TRUSTED_PROXIES": "1",
}


class Site:
    """A served site on an empty database. A context manager.

    ``app`` is the same application in this process, for what a test prepares or looks up.
    """

    def __init__(
        self, database_url: str, folder: Path, application: str = "wsgi:app", workers: int = 4
    ) -> None:
        settings = {**PRODUCTION, "SECRET_KEY": secrets.token_hex(32)}
        self.database_url = database_url
        self.server = Server(
            database_url, folder, workers=workers, application=application, **settings
        )
        self.nginx = Nginx(self.server.port)
        folder.mkdir(parents=True, exist_ok=True)
        self.app = create_app(
            Settings.from_environment(self.server.environment), overrides=CHEAP_HASH
        )
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        with self.app.app_context():
            upgrade()
        self.sam, self.bea = cast.person(self.app, "Sam"), cast.person(self.app, "Bea")
        self.visitors = [
            Visitor(*cast.cookie_and_token(self.app, person)) for person in (self.bea, self.sam)
        ]
        self.server.start()
        self.nginx.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.nginx.__exit__(kind, error, traceback)
        self.server.kill()  # nobody is left to be answered
        with self.app.app_context():
            db.engine.dispose()
            self.app.extensions["reader"].dispose()

    def listing(self) -> int:
        """One more thing that Sam sells; its id."""
        return cast.listing(self.app, self.sam, f"Bicycle {next(self._numbers)}")

    def conversation(self) -> int:
        """Bea's and Sam's about one more thing; its id."""
        listing = self.listing()
        with self.app.app_context():
            return conversations.open_about(self.bea, listing)

    def client(self, number: int = 0) -> Client:
        """A connection through nginx: Bea's with an even number, Sam's with an odd one."""
        return Client(self.nginx.port, self.visitors[number % 2])

    def stored(self, conversation: int) -> list[tuple[int, str]]:
        """The place and client id of everything in a conversation, as the database has it."""
        engine = create_engine(self.database_url)
        with engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT seq, client_id FROM messages WHERE conversation_id = :id ORDER BY seq"
                ),
                {"id": conversation},
            ).all()
        engine.dispose()
        return [(row.seq, row.client_id) for row in rows]
