"""What a request may carry: JSON for the API, forms for the pages, and not too much of either.

Length comes before anything else that costs: how many bytes, then how many fields. What comes as
JSON or as a plain form is read into memory whole, and anybody may send one.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge, RequestURITooLarge, UnsupportedMediaType

from config import FIELDS_MAX

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

TEXT_LIMIT_BYTES = 1024 * 1024  # two hundred times the longest message: it comes back to be mended
CHUNK_BYTES = 64 * 1024
READ_ON_MAX = 50 * 1024 * 1024 // CHUNK_BYTES  # as much as nginx lets through
ACCOUNT_LIMIT_BYTES = 16 * 1024  # a name, an address, passwords and where to go on
# Only these take more, by multipart, which alone is not read into memory whole.
TAKE_FILES = {"attachments.upload", "catalogue.edit", "catalogue.new", "messaging.send"}


def init_app(app: Flask) -> None:
    """Look at each request; before anything, the CSRF check too, reads the body."""
    app.before_request(check)
    if app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = _reading_all(app.wsgi_app)  # type: ignore[method-assign,assignment]


def _reading_all(application: "WSGIApplication") -> "WSGIApplication":
    """Let a proxy, which has the whole body, get rid of it, also where the answer is a refusal.

    A server hangs up on who still sends, and nginx then says 502 in place of the answer: of
    refusals of some hundred kilobytes that was every fifth.
    """

    def read(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        answer = application(environ, start)
        if environ.get("CONTENT_LENGTH"):
            _read_on(environ["wsgi.input"])
        return answer

    return read


def _read_on(body: "InputStream") -> None:
    with suppress(OSError):  # whoever sent it has gone
        for _ in range(READ_ON_MAX):
            if not body.read(CHUNK_BYTES):
                return


def check() -> None:
    """Refuse what is too much, or of the wrong kind. Who reads a form sooner asks this first.

    :raises HTTPException: for the first thing that is wrong.
    """
    if request.query_string.count(b"&") >= FIELDS_MAX:
        raise RequestURITooLarge
    if request.method in ("GET", "HEAD"):
        return
    if request.is_json and not request.path.startswith("/api/"):
        # Flask-WTF would take it for a form, with numbers and lists where texts belong.
        raise UnsupportedMediaType
    takes_files = request.endpoint in TAKE_FILES
    if not takes_files or request.mimetype != "multipart/form-data":
        request.max_content_length = limit = _limit_bytes()
        if (request.content_length or 0) > limit:  # also where no view would read it
            raise RequestEntityTooLarge
    if request.mimetype == "application/x-www-form-urlencoded":
        _count_fields()


def _limit_bytes() -> int:
    return ACCOUNT_LIMIT_BYTES if request.blueprint == "accounts" else TEXT_LIMIT_BYTES


def _count_fields() -> None:
    """Before they are taken apart; those of multipart Werkzeug counts itself (MAX_FORM_PARTS)."""
    if request.get_data().count(b"&") >= FIELDS_MAX:
        raise RequestEntityTooLarge
