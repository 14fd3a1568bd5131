"""A browser's connection, as a program that sends and polls."""

import http.client
import json
import socket
import time
from dataclasses import dataclass
from email.message import Message
from typing import Any

REQUEST_TIMEOUT_SECONDS = 15
TOO_MUCH_TO_DO = 503
BROKEN = (OSError, http.client.HTTPException)
"""What a request raises when there is no answer."""


@dataclass(frozen=True)
class Visitor:
    """Somebody's open browser: what it sends with each request."""

    cookie: str
    csrf_token: str


@dataclass(frozen=True)
class Answer:
    """``content`` is the JSON, the text of a page, or None when there was no body."""

    status: int
    content: Any
    headers: Message


class Client:
    """A connection that is kept open, and opened again when it broke."""

    def __init__(self, port: int, visitor: Visitor) -> None:
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", port, timeout=REQUEST_TIMEOUT_SECONDS
        )
        self._headers = {"Cookie": visitor.cookie, "X-CSRFToken": visitor.csrf_token}

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page or JSON. Raises one of ``BROKEN`` without an answer."""
        return self._request("GET", path, None, headers)

    def write(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        """Send JSON. Raises as :meth:`get`."""
        return self._request(
            method, path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )

    def form(self, path: str) -> Answer:
        """Press the button of a form whose fields are empty."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._request("POST", path, b"body=", form)

    def send(self, conversation: int, client_id: str, body: str | None = None) -> Answer:
        """Send a message."""
        text = f"text of {client_id}" if body is None else body
        path = f"/api/v1/conversations/{conversation}/messages"
        return self.write("POST", path, {"body": text, "client_id": client_id})

    def poll(self, conversation: int, after: int, tag: str | None = None) -> Answer:
        """Ask what is new since a cursor, with the ETag of the last answer if there was one."""
        headers = {"If-None-Match": tag} if tag else {}
        return self.get(f"/messages/{conversation}/poll?after={after}", **headers)

    def news(self, conversation: int, after: int) -> Any:
        """What a poll tells. One that gives way to messages (503) is asked again, a little
        sooner than it was told to."""
        while (answer := self.poll(conversation, after)).status == TOO_MUCH_TO_DO:
            time.sleep(0.05)
        assert answer.status == 200, answer.content
        return answer.content

    def close(self) -> None:
        """End it."""
        self._connection.close()

    def _request(
        self, method: str, path: str, content: bytes | None, headers: dict[str, str]
    ) -> Answer:
        try:
            if self._connection.sock is None:
                self._connection.connect()
                self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connection.request(method, path, content, {**self._headers, **headers})
            response = self._connection.getresponse()
            text = response.read()
        except BROKEN:
            self._connection.close()
            raise
        is_json = response.headers.get_content_type() == "application/json"
        return Answer(
            response.status,
            (json.loads(text) if is_json else text.decode()) if text else None,
            response.headers,
        )
