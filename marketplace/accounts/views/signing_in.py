"""Signing in and out."""

from contextlib import suppress
from functools import partial

from flask import flash, redirect, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import logout_user

from marketplace.accounts import next_page, passwords, people, security
from marketplace.accounts.forms import LoginForm
from marketplace.accounts.sign_ins import ChangedError
from marketplace.accounts.views.pages import blueprint, onward, page, text
from marketplace.accounts.views.tries import counted_for, trust
from marketplace.texts.errors import BusyError
from marketplace.web.i18n import LANGUAGE_KEY


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Sign in, and go on to where one was going."""
    if current_user.is_authenticated:
        return onward()
    form = LoginForm()
    if form.validate_on_submit():
        if sign_in(text(form.email), text(form.password)):
            return onward()
        form.password.errors = [_("This email address and this password do not go together.")]
    return page("login", form)


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """Sign out. A copy of the cookie is worth nothing from then on.

    The browser lets go of the pages and pictures it keeps, of those behind Back as well. What
    scripts keep they wipe themselves, in all tabs: static/js/lib/who-is-in.js.
    """
    chosen_language = session.get(LANGUAGE_KEY)
    logout_user()
    session.clear()  # the next person at this computer starts afresh
    if chosen_language:
        session[LANGUAGE_KEY] = chosen_language
    flash(_("You are signed out."), "success")
    response = redirect(next_page.HOME, 303)
    # Pages and pictures behind Back, which no-cache does not keep from it; by https only.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def sign_in(email: str, password: str) -> bool:
    """Begin a sign-in in this browser; False when the two do not go together.

    :raises TooManyError: after too many tries.
    """
    if not counted_for(email, partial(_try, email, password)):
        return False
    trust(email)
    return True


def _try(email: str, password: str) -> bool:
    """A password that was changed while it was looked at is a wrong one."""
    user = people.find_by_password(email, password)
    if user is None:
        return False
    try:
        security.sign_in(user)
    except ChangedError:
        return False
    with suppress(BusyError):  # the next sign-in does it
        passwords.keep_up(user, password)
    return True
