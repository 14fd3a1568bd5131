"""What a pair's requests cost the processor in one process, for ``bench.before``, which runs it in
the folder of a checkout, also one of before this file was there, and with that on ``PYTHONPATH``.

    python pair_cost.py DATABASE_URL INSTANCE_PATH

Fills the empty database, says "ready", and answers each line with a round's figures as JSON:
microseconds of processor time a request, past any server.
"""

import json
import logging
import sys
import time
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from flask_migrate import upgrade
from werkzeug.test import EnvironBuilder

from config import Settings
from marketplace import create_app
from marketplace.messaging import conversations, messages
from marketplace.operations.overload import Processor
from tests import cast

CONVERSATIONS, LONG, SHORT = 16, 50, 3  # and the messages of the first one and the others
POLLS, PAGES, SENDS = 1500, 60, 120
TEXT = "A text of some length, as people write it"
Request = Callable[[int], dict[str, Any]]


class Pair:
    """Bea, and what she has written with Sam."""

    def __init__(self, url: str, folder: str) -> None:
        settings = {"DATABASE_URL": url, "INSTANCE_PATH": folder, "RATELIMIT_ENABLED": "false"}
        self.app = create_app(Settings.from_environment(settings))
        with self.app.app_context():
            upgrade()
        sam, bea = cast.person(self.app, "Sam"), cast.person(self.app, "Bea")
        self.ids = []
        for number in range(CONVERSATIONS):
            listing = cast.listing(self.app, sam, f"Bicycle {number}")
            with self.app.app_context():
                conversation = conversations.open_about(bea, listing)
                for each in range(SHORT if number else LONG):
                    messages.send((bea, sam)[each % 2], conversation, TEXT, f"{each}")
            self.ids.append(conversation)
        self.client: FlaskClient = cast.browser_of(self.app, bea)
        self.token = cast.token(self.client)
        self.sent = 0

    def round(self) -> dict[str, float]:
        """One of each kind, so often that the clock is fine enough."""
        first, second = self.ids[:2]
        return {
            "idle poll": self._cost(self._idle_poll(first), POLLS, "304"),
            "inbox": self._cost(lambda _: self._ask("GET", "/messages"), PAGES, "200"),
            "conversation": self._cost(
                lambda _: self._ask("GET", f"/messages/{first}"), PAGES, "200"
            ),
            "send": self._cost(lambda _: self._message(second), SENDS, "201"),
        }

    def _cost(self, request: Request, count: int, status: str) -> float:
        environments = [request(number) for number in range(count)]
        began = time.process_time()
        for each in environments:
            answered, _headers, _body = self._call(each)
            assert answered.startswith(status), answered
        return (time.process_time() - began) / count * 1_000_000

    def _idle_poll(self, conversation: int) -> Request:
        path = f"/messages/{conversation}/poll"
        _status, _headers, body = self._call(self._ask("GET", f"{path}?after=0"))
        cursor = json.loads(body)["cursor"]
        _status, headers, _body = self._call(self._ask("GET", f"{path}?after={cursor}"))
        tag = {"If-None-Match": headers["ETag"]}
        return lambda _: self._ask("GET", f"{path}?after={cursor}", headers=tag)

    def _message(self, conversation: int) -> dict[str, Any]:
        self.sent += 1
        return self._ask(
            "POST",
            f"/api/v1/conversations/{conversation}/messages",
            headers={"X-CSRFToken": self.token},
            json={"body": TEXT, "client_id": f"new-{self.sent}"},
        )

    def _ask(self, method: str, path: str, **given: Any) -> dict[str, Any]:
        environ = EnvironBuilder(method=method, path=path, **given).get_environ()
        cookies = self.client._cookies.values()
        environ["HTTP_COOKIE"] = "; ".join(f"{each.key}={each.value}" for each in cookies)
        return environ

    def _call(self, environ: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
        answered: list[tuple[str, dict[str, str]]] = []

        def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
            answered.append((status, dict(headers)))

        parts = self.app.wsgi_app(environ, start)
        body = b"".join(parts)
        getattr(parts, "close", bool)()
        return *answered[0], body


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    Processor.shares = lambda _processor: (0.0, 0.0)  # type: ignore[method-assign]  # no overload
    pair = Pair(*sys.argv[1:])
    print("ready", flush=True)
    for _line in sys.stdin:
        print(json.dumps(pair.round()), flush=True)
