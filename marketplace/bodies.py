"""What a request may carry: JSON for the API, forms for the pages, and not too much of either."""

from flask import Flask, request
from werkzeug.exceptions import UnsupportedMediaType

TEXT_LIMIT_BYTES = 1024 * 1024  # two hundred times the longest message; photos come by multipart


def init_app(app: Flask) -> None:
    """Look at what writes; before anything, the CSRF check too, reads the body."""
    app.before_request(_check)


def _check() -> None:
    if request.method == "GET":
        return
    if request.is_json and not request.path.startswith("/api/"):
        # Flask-WTF would take it for a form, with numbers and lists where texts belong.
        raise UnsupportedMediaType
    if request.mimetype != "multipart/form-data":  # which alone is not read into memory whole
        request.max_content_length = TEXT_LIMIT_BYTES
