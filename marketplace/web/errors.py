"""The one place that turns errors into answers."""

from typing import Any

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from marketplace.storage.database import db, is_away, is_conflict
from marketplace.storage.trouble import trouble_of
from marketplace.texts.errors import RETRY_AFTER_SECONDS, DomainError, MalformedError
from marketplace.web import again

CLIENT_ERROR, SERVER_ERROR = 400, 500
REPEATABLE = (401, 429)  # what was sent is right, and can succeed later
CSRF_CODE = "csrf"


def init_app(app: Flask) -> None:
    """Answer every error as a page, or as JSON to who asked for JSON."""
    app.register_error_handler(DomainError, domain_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(PoolTimeoutError, _unavailable)
    app.register_error_handler(RecursionError, _too_deep)


def answer(status: int, code: str, message: str, field: str | None = None) -> Response:
    """The error as this request wants it, page or JSON."""
    if wants_json():
        error: dict[str, Any] = {"code": code, "message": message}
        if field:
            error["field"] = field
        response = jsonify(error=error)
    else:
        response = Response(
            _page(status, code, message),
            mimetype="text/html",
        )
    response.status_code = status
    return response


def _page(status: int, code: str, message: str) -> str:
    """The sentence, with what was typed into the form that led here.

    When our side failed, the database may be away: nothing must ask it who is signed in.
    """
    failed = status >= SERVER_ERROR
    given = {
        "status": status,
        "message": message,
        "sent": again.sent_form(),
        "repeatable": failed or status in REPEATABLE or code == CSRF_CODE,
        "for_people": again.is_for_people(),
    }
    if not failed:
        return render_template("errors/error.html", **given)
    return current_app.jinja_env.get_template("errors/error.html").render(given)


def wants_json() -> bool:
    """Whether a program asks: the API, and what the pages' own scripts fetch."""
    if request.path.startswith("/api/") or request.path.endswith(("/poll", "/history")):
        return True
    accept = request.accept_mimetypes
    return accept["application/json"] > accept["text/html"]


def http_error(error: HTTPException) -> WerkzeugResponse:
    """Any error Flask, Werkzeug or an extension raised, in our form, with its headers."""
    status = error.code or 500
    if error.response is not None or status < CLIENT_ERROR:  # a redirect
        return error.get_response(request.environ)
    response = answer(status, _code(error), _reason(error, status), _field(error))
    for name, value in error.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def domain_error(error: DomainError) -> Response:
    """What the domain refused, with its own sentence or else the one of its status."""
    message = error.message or sentence_for(error.status)
    response = answer(error.status, error.code, message, error.field)
    response.headers.update(error.headers)
    return response


def _database_error(error: DBAPIError) -> Response:
    """The database is away or overwhelmed: say when to come back. Anything else is a bug."""
    db.session.rollback()
    if is_away(error):
        current_app.logger.warning("the database cannot serve: %s", trouble_of(error))
    elif not is_conflict(error):
        raise error
    return _unavailable(error)


def _unavailable(_error: Exception) -> Response:
    response = answer(503, "unavailable", sentence_for(503))
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _too_deep(_error: RecursionError) -> Response:
    """Python's JSON reader gives up on deep nesting with this; the sender is at fault, not we."""
    return answer(400, MalformedError.code, sentence_for(400))


def _code(error: HTTPException) -> str:
    """A page must tell a stale CSRF token, cured by signing in, from a bad request."""
    name = CSRF_CODE if isinstance(error, CSRFError) else error.name
    return name.lower().replace(" ", "_")


def _field(error: HTTPException) -> str | None:
    """The field that webargs found wrong in a JSON body, if it was one."""
    places: dict[str, dict[str, Any]] = getattr(error, "data", {}).get("messages", {})
    return next((name for fields in places.values() for name in fields), None)


def _reason(error: HTTPException, status: int) -> str:
    """The one request that is wrong for being late, not by itself, says what to do."""
    return out_of_date() if isinstance(error, CSRFError) else sentence_for(status)


def out_of_date() -> str:
    """What to do about a form whose token is not, or no longer, this browser's."""
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        return str(
            _(
                "Your browser has not kept our cookie. Please allow cookies for this site and "
                "send again: without them nobody can sign in."
            )
        )
    if wants_json():
        return str(_("This page is out of date; please reload it and send again."))
    return str(_("This page was out of date. Nothing is done yet: please send it again."))


def sentence_for(status: int) -> str:
    """What a status means to a person, where nothing more is known."""
    if status >= SERVER_ERROR:
        g.setdefault("locale", None)  # the profile's language is in the database too
    sentences: dict[int, str] = {
        400: _("This request could not be understood."),
        401: _("Please sign in."),
        403: _("You are not allowed to do this."),
        404: _("There is nothing here, or it is not for you."),
        405: _("This cannot be done here."),
        409: _("This contradicts what is stored."),
        413: _("This is too large."),
        414: _("This address is too long."),
        415: _("This kind of content is not accepted."),
        422: _("Something in the form is not right."),
        429: _("Too many tries. Please wait a moment."),
        503: _("The service is briefly unavailable. Nothing is lost; please try again."),
    }
    unexpected: str = _("Something went wrong on our side.")
    return sentences.get(status, unexpected)
