"""Account pages that were open for too long: on where the aim is reached, else the page again."""

from flask import flash, make_response, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from marketplace.accounts import sign_ins
from marketplace.accounts.views.pages import FORMS, blueprint, onward, page
from marketplace.accounts.views.signing_in import logout
from marketplace.web import origins
from marketplace.web.errors import http_error, out_of_date, wants_json


@blueprint.errorhandler(CSRFError)
def stale(error: CSRFError) -> ResponseReturnValue:
    """Nothing is done without a token of this browser's, but what is done already."""
    name = (request.endpoint or "").removeprefix("accounts.")
    if wants_json():
        return http_error(error)
    if name == "logout" and (origins.is_here() or not current_user.is_authenticated):
        # Whoever asks for it in this browser wants it, on a computer that others use too.
        return logout()
    if name in ("login", "register") and current_user.is_authenticated:
        return onward()
    return _once_more(name) if name in FORMS else http_error(error)


def _once_more(name: str) -> ResponseReturnValue:
    """The page with what was typed, but passwords, and a token that is good."""
    if current_user.is_authenticated:
        sign_ins.attach(current_user)
    flash(out_of_date(), "warning")
    response = make_response(page(name, FORMS[name]()))
    response.status_code = 400
    return response
