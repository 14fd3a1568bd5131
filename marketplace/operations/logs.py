"""Logs: one JSON object a line, each with the id of its request; at a terminal, text.

A log must be safe to show around. It holds no body, no query, no password and no token: only
paths are logged, and the token in a mailed link's path is taken out wherever it turns up.
``marketplace/storage/database.py`` keeps the values of statements out of database errors.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import getrandbits
from typing import TYPE_CHECKING, Any

from flask import Flask, has_request_context, request
from gunicorn import glogging  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ID_VARIABLE = "HTTP_X_REQUEST_ID"
ID_KEY = "marketplace.request_id"
ID_FORM = re.compile(r"[0-9A-Za-z-]{8,64}")
MAILED_LINK = re.compile(r"(/(?:reset|verify)/)[^\s?#\"'\\]+")
POLL = re.compile(r"/messages/\d+/poll")
NOT_MODIFIED = 304


def init_app(app: Flask) -> None:
    """Name every request, for the log, for templates and for the answer (``headers.py``).

    A trusted proxy may have named it already.
    """
    application = app.wsgi_app

    def named(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        given = environ.get(ID_VARIABLE, "") if app.config["TRUSTED_PROXIES"] else ""
        environ[ID_KEY] = given if ID_FORM.fullmatch(given) else f"{getrandbits(128):032x}"
        return application(environ, start_response)

    app.wsgi_app = named  # type: ignore[method-assign]
    app.jinja_env.globals["request_id"] = request_id


def configure() -> None:
    """Send this process's log to the standard error output: ours from INFO, others' warnings."""
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter())
    logging.getLogger().addHandler(handler)
    logging.getLogger(__package__).setLevel(logging.INFO)


def request_id() -> str:
    """The name of the request that is being answered."""
    name: str = request.environ.get(ID_KEY, "")
    return name


class JSONLines(logging.Formatter):
    """JSON escapes what would end a line, so that nobody can write lines of their own."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; ``extra={"fields": {…}}`` puts more into it."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            line["request_id"] = request_id()
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return MAILED_LINK.sub(r"\1[token]", json.dumps(line))


class GunicornLogger(glogging.Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's own lines in the same form, and the access log."""

    def setup(self, cfg: Any) -> None:
        """As configured, in our form."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(_formatter())

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """A line for each answer, except for polls without news: figures count those."""
        path = environ.get("PATH_INFO", req.path)
        idle = resp.status_code == NOT_MODIFIED and POLL.fullmatch(path)
        if idle or not self.access_log_enabled:
            return
        fields = {
            "request_id": environ.get(ID_KEY),
            "method": req.method,
            "path": path,
            "status": resp.status_code,
            "bytes": resp.sent,
            "seconds": round(request_time.total_seconds(), 4),
        }
        self.access_log.info("%s %s", req.method, path, extra={"fields": fields})


def _formatter() -> logging.Formatter:
    if sys.stderr.isatty():
        return logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    return JSONLines()
