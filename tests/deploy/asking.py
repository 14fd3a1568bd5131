"""Requests as raw as a test needs them: any header, any host, with and without TLS."""

import http.client
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """What came back. A header that came twice is a list of two in ``headers.get_all``."""

    status: int
    headers: Message
    body: bytes


def ask(
    port: int,
    path: str,
    method: str = "GET",
    body: bytes | str | None = None,
    trust: Path | None = None,
    **headers: str,
) -> Answer:
    """One request on a connection of its own.

    :param trust: a certificate; with one the request goes by TLS.
    :param headers: names with ``_`` for ``-``.
    """
    connection = _connection(port, trust)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def multipart(fields: dict[str, str], **files: bytes) -> tuple[bytes, str]:
    """A form with files in it, and its content type."""
    edge = "----edge"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, content in files.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="a.jpg"\r\n'
        parts.append(f"--{edge}\r\n{head}Content-Type: image/jpeg\r\n\r\n".encode())
        parts += content, b"\r\n"
    return b"".join([*parts, f"--{edge}--\r\n".encode()]), f"multipart/form-data; boundary={edge}"


def _connection(port: int, trust: Path | None) -> http.client.HTTPConnection:
    if trust is None:
        return http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    context = ssl.create_default_context(cafile=str(trust))
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS, context=context)


def eventually(holds: Callable[[], bool]) -> bool:
    """Wait until it does: a log's line may come a moment after the answer it tells of."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)  # the wait for a condition
    return holds()
