"""How addresses are read: numbers in them, and a slash too many at their end."""

from contextlib import suppress
from typing import Any

from flask import Flask, current_app, redirect, request
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from marketplace.storage.database import BIGGEST
from marketplace.web.errors import http_error


class NumberConverter(IntegerConverter):
    """``<int:…>`` that finds no page for a number no row can have, where drivers would raise."""

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max", BIGGEST)
        super().__init__(url_map, *args, **kwargs)


def init_app(app: Flask) -> None:
    """Take the place of Werkzeug's own converter; before any route is registered."""
    app.url_map.converters["int"] = NumberConverter
    app.register_error_handler(NotFound, _not_found)


def _not_found(error: NotFound) -> Response:
    """To the page without the slash, where there is one. What was sent would be lost that way, so
    that only who asks is sent there."""
    if error is request.routing_exception and request.method in ("GET", "HEAD"):
        without_slash = _find_without_slash()
        if without_slash:
            return redirect(without_slash, 308)
    return http_error(error)


def _find_without_slash() -> str | None:
    """Built from the route, so that it leads nowhere but to this site's own pages."""
    if not request.path.endswith("/"):
        return None
    adapter = current_app.create_url_adapter(request)
    with suppress(HTTPException):
        endpoint, values = adapter.match(request.path.rstrip("/"), method="GET")  # type: ignore[union-attr]
        query = request.query_string.decode(errors="werkzeug.url_quote")
        return adapter.build(endpoint, values) + (f"?{query}" if query else "")  # type: ignore[union-attr]
    return None
