"""What a request may carry: JSON for the API, forms for the pages, and not too much of either.

Length comes before anything else that costs: how many bytes, then how many fields. What comes as
JSON or as a plain form is read into memory whole, and anybody may send one.
"""

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge, RequestURITooLarge, UnsupportedMediaType

from config import FIELDS_MAX

TEXT_LIMIT_BYTES = 1024 * 1024  # two hundred times the longest message: it comes back to be mended
ACCOUNT_LIMIT_BYTES = 16 * 1024  # a name, an address, passwords and where to go on
# Only these take more, by multipart, which alone is not read into memory whole.
TAKE_FILES = {"attachments.upload", "catalogue.edit", "catalogue.new", "messaging.send"}


def init_app(app: Flask) -> None:
    """Look at each request; before anything, the CSRF check too, reads the body."""
    app.before_request(check)


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
