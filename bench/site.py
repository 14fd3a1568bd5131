"""The application on a filled database of its own."""

import json
import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import session
from flask_migrate import upgrade
from flask_wtf.csrf import generate_csrf
from sqlalchemy import create_engine, update

from bench import data
from bench.databases import Databases
from bench.load import Answer, Connection, get, post
from bench.servers import OURS, Server, Way
from config import Settings
from marketplace import create_app
from marketplace.accounts.models import User
from marketplace.storage.database import db, utcnow
from tests import cast
from tests.soak.client import Visitor

SECRET_KEY = secrets.token_hex(32)
COOKIE_NAME = "__Host-session"


class Site:
    """A migrated database with these conversations, and who visits them.

    It is set as in production. Nothing limits how often one may send, unless asked for.
    """

    def __init__(
        self, databases: Databases, folder: Path, pairs: Sequence[data.Pair], each: int
    ) -> None:
        self.pairs = list(pairs)
        self.each = each
        self.folder = folder
        folder.mkdir(parents=True)
        self.environment = {
            "APP_ENV": "production",
            "SECRET_KEY": SECRET_KEY,
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": databases.create(),
            "INSTANCE_PATH": str(folder),
            "RATELIMIT_ENABLED": "false",
        }
        self.app = create_app(Settings.from_environment(self.environment))
        with self.app.app_context():
            upgrade()
        self._fill()
        self._visitors: dict[int, Visitor] = {}

    def serve(self, way: Way = OURS, *, workers: int = 1, **environment: str) -> Server:
        """Not started yet: a context manager."""
        return Server(way, self.folder, self.environment | environment, workers=workers)

    def visitor(self, person: int = data.HOARDER) -> Visitor:
        """Somebody's browser, in which they are signed in."""
        if person not in self._visitors:
            user = User(id=person, fs_uniquifier=f"uniquifier-{person}")
            self._visitors[person] = Visitor(*cast.cookie_and_token(self.app, user))
        return self._visitors[person]

    def stranger(self) -> Visitor:
        """A browser that nobody is signed in with, and a form's token for it."""
        with self.app.test_request_context():
            token = generate_csrf()
            contents = {"csrf_token": session["csrf_token"]}
            serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
            return Visitor(f"{COOKIE_NAME}={serializer.dumps(contents)}", token)

    def change(self, change: Callable[[], object]) -> None:
        """Do something to it by the application's own verbs, or past them."""
        with self.app.app_context():
            change()
            db.session.commit()

    def poll_request(
        self, conversation: int, after: int, tag: str | None = None, person: int | None = None
    ) -> bytes:
        """A poll, by default the seller's."""
        cookie = self.visitor(person or self.pairs[conversation - 1].seller).cookie
        headers = {"if_none_match": tag} if tag else {}
        return get(f"/messages/{conversation}/poll?after={after}", cookie, **headers)

    def idle_poll(self, server: Server, conversation: int = 1, person: int | None = None) -> bytes:
        """The poll that finds nothing new, as things stand."""
        answer, content = self.newest(server, conversation, person)
        tag = answer.header("ETag")
        assert tag, "a poll without an ETag"
        return self.poll_request(conversation, content["cursor"], tag, person)

    def newest(
        self, server: Server, conversation: int = 1, person: int | None = None
    ) -> tuple[Answer, Any]:
        """A poll's answer without news, in full, and its JSON."""
        with Connection(server.port) as connection:
            cursor = 0
            while True:
                answer = connection.ask(self.poll_request(conversation, cursor, person=person))
                assert answer.status == 200, answer
                content = json.loads(answer.body)
                if cursor == content["cursor"]:
                    return answer, content
                cursor = content["cursor"]

    def send_request(self, conversation: int, client_id: str, sender: int | None = None) -> bytes:
        """A message, by default the seller's."""
        visitor = self.visitor(sender or self.pairs[conversation - 1].seller)
        path = f"/api/v1/conversations/{conversation}/messages"
        body = json.dumps({"body": data.BODY, "client_id": client_id}).encode()
        return post(path, visitor.cookie, body, x_csrftoken=visitor.csrf_token)

    def spread_last_seen(self) -> None:
        """As if everybody had come at another moment of the last minute: once in a minute it is
        written that somebody is here."""
        now = utcnow()
        with self.app.app_context(), db.engine.begin() as connection:
            for second in range(60):
                seen_at = {"last_seen_at": now - timedelta(seconds=second)}
                connection.execute(update(User).where(User.id % 60 == second).values(seen_at))

    def close(self) -> None:
        """Let the database go."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
            self.app.extensions["reader"].dispose()

    def _fill(self) -> None:
        engine = create_engine(self.environment["DATABASE_URL"], enable_from_linting=False)
        with engine.connect() as connection:
            data.fill(connection, self.pairs, self.each)
        engine.dispose()
