"""The tutorial's application and Django's, on one database with the same conversations."""

import http.client
import importlib.util
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from bench import data
from bench.databases import Databases
from bench.load import get, post
from bench.naive.data import fill
from bench.servers import ROOT, Server, Way, bare_gunicorn
from bench.site import SECRET_KEY
from tests.soak.client import Visitor

NAIVE = Way("naive", bare_gunicorn, "bench.naive.app:app")
DJANGO = Way("Django", bare_gunicorn, "bench.django_twin:app")


def available() -> list[Way]:
    """Django only where it is installed: nothing else here needs it."""
    return [NAIVE, DJANGO] if importlib.util.find_spec("django") else [NAIVE]


class Twins:
    """Their database. Each is served by :meth:`serve` and spoken to by its :class:`Guest`."""

    def __init__(
        self, databases: Databases, folder: Path, pairs: Sequence[data.Pair], each: int
    ) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._environment = {"DATABASE_URL": databases.create(), "SECRET_KEY": SECRET_KEY}
        engine = create_engine(self._environment["DATABASE_URL"], enable_from_linting=False)
        with engine.connect() as connection:
            fill(connection, list(pairs), each)
        engine.dispose()
        if DJANGO in available():
            self._prepare_django()

    def serve(self, way: Way, *, workers: int = 1) -> Server:
        """Not started yet: a context manager."""
        return Server(way, self._folder, self._environment, workers=workers)

    def _prepare_django(self) -> None:
        subprocess.run(
            [sys.executable, "-m", "bench.django_twin"],
            cwd=ROOT,
            env={**self._environment, "PYTHONPATH": str(ROOT)},
            check=True,
            stdout=subprocess.DEVNULL,
        )


class Guest:
    """Somebody, by default the hoarder, signed in at a twin."""

    def __init__(self, server: Server, person: int = data.HOARDER) -> None:
        self._visitor = _signed_in(server.port, person)
        self._port = server.port

    def request(self, path: str) -> bytes:
        """A page or JSON."""
        return get(path, self._visitor.cookie)

    def poll_request(self, conversation: int = 1, *, behind: int = 0) -> bytes:
        """What came since the last message but so many."""
        messages = self._json(f"/conversations/{conversation}/messages?since=0")["messages"]
        return self.request(self.poll_path(conversation, messages[-1 - behind]["id"]))

    def poll_path(self, conversation: int, since: int) -> str:
        """Where what came after a message is found."""
        return f"/conversations/{conversation}/messages?since={since}"

    def send_request(self, conversation: int, *, client_id: str = "") -> bytes:
        """A message; one with a client id is sent by our rules."""
        path = f"/conversations/{conversation}/{'named-' if client_id else ''}messages"
        return self.post_request(path, body=data.BODY, client_id=client_id)

    def post_request(self, path: str, **content: str) -> bytes:
        """JSON, by a script."""
        body = json.dumps(content).encode()
        return post(path, self._visitor.cookie, body, x_csrftoken=self._visitor.csrf_token)

    def _json(self, path: str) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._port)
        connection.request("GET", path, headers={"Cookie": self._visitor.cookie})
        response = connection.getresponse()
        content = json.loads(response.read())
        assert response.status == 200, content
        connection.close()
        return content


def _signed_in(port: int, person: int) -> Visitor:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", f"/login/{person}")
    response = connection.getresponse()
    token = json.loads(response.read())["csrf_token"]
    cookies = response.headers.get_all("Set-Cookie", [])
    connection.close()
    return Visitor("; ".join(each.partition(";")[0] for each in cookies), token)
