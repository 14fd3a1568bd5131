"""Pages for errors that are answered before the application is asked: an address that is too
long, a request that is none, a program that is away.

nginx takes them from the folder of static files (``flask --app wsgi assets``), gunicorn from here.
They know no reader, so that each says it in all languages.
"""

from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale
from gunicorn import util  # type: ignore[import-untyped]

from config import LANGUAGES
from marketplace.web.errors import sentence_for
from marketplace.web.headers import HEADERS

FOLDER = "errors"  # below that of the static files; deploy/nginx.conf has it, too
# gunicorn 400, 414, 431, 500; nginx 400, 413, 414, 502, 504.
STATUSES = (400, 413, 414, 431, 500, 502, 504)
SAID_LIKE = {431: 400, 502: 503, 504: 503}


def page(status: int) -> str:
    """The page of a status. Needs no request."""
    said = SAID_LIKE.get(status, status)
    sentences = []
    for language in LANGUAGES:
        with force_locale(language):
            sentences.append((language, sentence_for(said)))
    styles = (
        f"{current_app.blueprints['bootstrap'].static_url_path}/css/bootstrap.min.css",
        f"{current_app.static_url_path}/css/site.css",
    )
    template = current_app.jinja_env.get_template("errors/bare.html")
    return template.render(status=status, sentences=sentences, styles=styles)


def write_pages(folder: Path) -> None:
    """Put all of them where nginx looks: one file for each status, each whole or not at all."""
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for status in STATUSES:
        draft = target / f"{status}.part"
        draft.write_text(page(status))
        draft.rename(target / f"{status}.html")


def use_in_gunicorn() -> None:
    """Have gunicorn answer with them; it has no setting for that.

    Once, before it forks: what it cannot read never reaches the application.
    """
    pages = {status: page(status) for status in STATUSES}

    def write_error(connection: Any, status: int, reason: str, _message: str) -> None:
        body = pages.get(status, pages[400]).encode()
        headers = {
            "Connection": "close",
            "Content-Type": "text/html; charset=utf-8",
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            **HEADERS,
        }
        lines = [f"HTTP/1.1 {status} {reason}", *map(": ".join, headers.items())]
        util.write_nonblock(connection, "\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    util.write_error = write_error
