"""flask-smorest, with our errors in place of its own."""

import json
from typing import Any

from flask import Request, request
from flask_smorest import Api, Blueprint
from webargs import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.wrappers import Response

from config import FIELDS_MAX
from marketplace.texts.errors import MalformedError
from marketplace.web.errors import http_error

PREFIX = "/api/v1"


class Rest(Api):  # type: ignore[misc]  # flask-smorest has no types
    """One form of error for the whole site; see ``marketplace.web.errors``."""

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Hand over to the site's own."""
        return http_error(error)


class JSONReader(FlaskParser):
    """Takes JSON as its standard has it, and answers 400 to whatever Python cannot read.

    Python's reader knows numbers that JSON does not (``NaN``, ``Infinity``), and raises a bare
    ValueError for whole ones of more than 4,300 digits, which webargs does not expect.
    """

    def _raw_load_json(self, req: Request) -> Any:
        text = req.get_data() if req.is_json else b""
        if not text:
            return missing
        try:
            sent = json.loads(text.decode(), parse_constant=_refuse)
        except ValueError:
            raise MalformedError from None
        _count_fields(sent)
        return sent


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _count_fields(sent: Any) -> None:
    """Before each is looked at, and each that is wrong gets a sentence."""
    inside = sent.values() if isinstance(sent, dict) else ()
    if any(len(each) > FIELDS_MAX for each in (sent, *inside) if isinstance(each, (dict, list))):
        raise RequestEntityTooLarge


class Resource(Blueprint):  # type: ignore[misc]
    """A blueprint that reads what it is sent by ``JSONReader``."""

    ARGUMENTS_PARSER = JSONReader()


def resource(name: str, description: str, takes: str = "application/json") -> Any:
    """A blueprint of the API. What it is sent must be of one kind, JSON by default, and say so.

    A form of another site can send text/plain without asking; JSON it cannot.
    """
    blueprint = Resource(name, f"{__package__}.{name}", url_prefix=PREFIX, description=description)

    def check() -> None:
        if request.content_length and request.mimetype != takes:
            raise UnsupportedMediaType

    blueprint.before_request(check)
    return blueprint


rest = Rest()
