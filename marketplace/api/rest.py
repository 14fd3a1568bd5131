"""flask-smorest, with our errors in place of its own."""

from typing import Any

from flask import request
from flask_smorest import Api, Blueprint
from werkzeug.exceptions import HTTPException, UnsupportedMediaType
from werkzeug.wrappers import Response

from marketplace.errors import http_error

PREFIX = "/api/v1"


class Rest(Api):  # type: ignore[misc]  # flask-smorest has no types
    """One form of error for the whole site; see ``marketplace.errors``."""

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Hand over to the site's own."""
        return http_error(error)


def resource(name: str, description: str, takes: str = "application/json") -> Any:
    """A blueprint of the API. What it is sent must be of one kind, JSON by default, and say so.

    A form of another site can send text/plain without asking; JSON it cannot.
    """
    blueprint = Blueprint(name, f"{__package__}.{name}", url_prefix=PREFIX, description=description)

    def check() -> None:
        if request.content_length and request.mimetype != takes:
            raise UnsupportedMediaType

    blueprint.before_request(check)
    return blueprint


rest = Rest()
