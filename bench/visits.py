"""What browsers send beside polls and JSON, as bytes that can go out again and again."""

import json
from collections.abc import Iterator
from urllib.parse import urlencode

from bench.load import Check, get, in_step, post
from bench.servers import Server
from tests.soak.client import Visitor

BOUNDARY = "----bench"
CONNECTIONS, REQUESTS_EACH = 60, 5
OPEN_PAGES = ("/marketplace", "/login", "/register", "/reset")
PAGES = (
    *("/marketplace", "/marketplace?q=bicycle", "/marketplace/1", "/marketplace/new"),
    *("/marketplace/mine", "/marketplace/1/edit", "/messages", "/messages?q=bicycle"),
    *("/messages/1", "/messages/1/history?before=20", "/messages/1/report", "/profile"),
    *("/profile/password", "/api/v1/unread", "/nowhere"),
)


def page(path: str, visitor: Visitor) -> bytes:
    """Open a page."""
    return get(path, visitor.cookie)


def put(path: str, visitor: Visitor, **content: object) -> bytes:
    """Put this there as JSON, by a script."""
    body = json.dumps(content).encode()
    request = post(path, visitor.cookie, body, x_csrftoken=visitor.csrf_token)
    return request.replace(b"POST", b"PUT", 1)


def form(path: str, visitor: Visitor, **fields: str) -> bytes:
    """Press a form's button."""
    body = urlencode(fields).encode()
    return _sent(path, visitor, body, "application/x-www-form-urlencoded")


def upload(path: str, visitor: Visitor, field: str, file: bytes, **fields: str) -> bytes:
    """The same with a file, whose name says that it is a JPEG."""
    parts = [_part(f'name="{name}"', value.encode()) for name, value in fields.items()]
    parts.append(_part(f'name="{field}"; filename="a.jpg"\r\nContent-Type: image/jpeg', file))
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    return _sent(path, visitor, body, f"multipart/form-data; boundary={BOUNDARY}")


def use(server: Server, requests: Iterator[bytes], check: Check) -> int:
    """Ask by many connections, a few requests on each, so that every worker gets some; how many
    were asked."""
    asked = 0
    while True:
        [connection] = server.connections(1)
        with connection:
            now = in_step([connection], _some(requests), check)
        asked += now
        if now < REQUESTS_EACH:
            return asked


def _some(requests: Iterator[bytes]) -> Iterator[bytes]:
    return (request for _, request in zip(range(REQUESTS_EACH), requests, strict=False))


def _part(head: str, content: bytes) -> bytes:
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n"
    return head.encode() + content + b"\r\n"


def _sent(path: str, visitor: Visitor, body: bytes, content_type: str) -> bytes:
    headers = {"content_type": content_type, "x_csrftoken": visitor.csrf_token}
    return post(path, visitor.cookie, body, **headers)
