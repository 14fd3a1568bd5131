"""A WSGI application that answers with what the server made of the request."""

from collections.abc import Callable, Iterable
from typing import Any


def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Scheme, host and client, as the site would see them."""
    seen = [environ["wsgi.url_scheme"], environ["HTTP_HOST"], environ["REMOTE_ADDR"]]
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [" ".join(seen).encode()]
