"""W: the least that a WSGI server can be asked to call."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bench.controls.flask_view import NOTHING_NEW

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BODY = json.dumps(NOTHING_NEW).encode()
HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(BODY)))]


def app(_environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """The same as F says."""
    start_response("200 OK", HEADERS)
    return [BODY]
