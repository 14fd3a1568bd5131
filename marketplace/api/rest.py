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


def resource(name: str, description: str) -> Any:
    """A blueprint of the API. What it is sent must be JSON and say so."""
    blueprint = Blueprint(name, f"{__package__}.{name}", url_prefix=PREFIX, description=description)
    blueprint.before_request(_only_json)
    return blueprint


def _only_json() -> None:
    """A form of another site can send text/plain without asking; JSON it cannot."""
    if request.content_length and not request.is_json:
        raise UnsupportedMediaType


rest = Rest()
