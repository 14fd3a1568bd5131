"""The blueprint all account pages belong to, and what they share."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import StringField

from marketplace.accounts import forms, next_page, people
from marketplace.texts.errors import BusyError, DomainError, OutdatedError, TooManyError
from marketplace.web.errors import domain_error

FORMS: dict[str, Any] = {
    "login": forms.LoginForm,
    "register": forms.RegisterForm,
    "verify": forms.VerifyForm,
    "reset": forms.ResetForm,
    "choose_password": forms.NewPasswordForm,
    "password": forms.ChangePasswordForm,
    "profile": forms.ProfileForm,
}

blueprint = Blueprint("accounts", __name__)


@blueprint.after_request
def keep_out_of_caches(response: Response) -> Response:
    """These pages are about one person, or carry a link worth a password."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.errorhandler(TooManyError)
@blueprint.errorhandler(BusyError)
def later(error: DomainError) -> Response:
    """The page once more, with what was typed and when to try again."""
    name = (request.endpoint or "").removeprefix("accounts.")
    if request.method != "POST" or name not in FORMS:
        return domain_error(error)
    flash(error.message, "warning")
    if current_user.is_authenticated:
        people.read_again(current_user)  # it may have been refused before the view did
    response = make_response(page(name, FORMS[name]()))
    response.status_code = error.status
    response.headers.update(error.headers)
    return response


def page(name: str, form: Any, **more: Any) -> ResponseReturnValue:
    """A page with its form; 422 when the form has errors, 409 when it is outdated."""
    html = render_template(f"accounts/{name}.html", form=form, next_page=next_page.wanted(), **more)
    if getattr(form, "is_outdated", False):
        return html, OutdatedError.status
    return html, 422 if form.errors else 200


def text(field: StringField) -> str:
    """What was typed, if only nothing."""
    return field.data or ""


def onward() -> ResponseReturnValue:
    """To where one was going."""
    return redirect(next_page.wanted() or next_page.HOME, 303)


def here(endpoint: str, **values: Any) -> str:
    """A page's address for a mail: below the site's own, which production always has. Else with
    the host by which this request came."""
    site: str | None = current_app.config["SITE_URL"]
    if site is None:
        return url_for(endpoint, _external=True, **values)
    return site + url_for(endpoint, **values)
