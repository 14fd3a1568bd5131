"""Registering, signing in and out."""

from functools import partial

from flask import flash, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import login_user, logout_user

from marketplace import limits
from marketplace.accounts import letters, next_page, people
from marketplace.accounts.forms import LoginForm, RegisterForm
from marketplace.accounts.models import User
from marketplace.accounts.views.pages import blueprint, here, onward, page, text
from marketplace.accounts.views.tries import counted, may_be_written_to
from marketplace.i18n import LANGUAGE_KEY


@blueprint.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    """Make an account. What is answered does not tell whether the address had one."""
    if current_user.is_authenticated:
        return onward()
    form = RegisterForm()
    if form.validate_on_submit():
        limits.REGISTRATIONS.spend(limits.client_address())
        user, is_new = people.register(text(form.name), text(form.email), text(form.password))
        _write_to_registered(user, is_new=is_new)
        flash(
            _("Thank you! We have sent you a mail. Sign in with your email address and password."),
            "success",
        )
        return redirect(url_for(".login", next=next_page.wanted()), 303)
    return page("register", form)


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
    """Sign out. A copy of the cookie is worth nothing from then on."""
    chosen_language = session.get(LANGUAGE_KEY)
    logout_user()
    session.clear()  # the next person at this computer starts afresh
    if chosen_language:
        session[LANGUAGE_KEY] = chosen_language
    flash(_("You are signed out."), "success")
    return redirect(next_page.HOME, 303)


def sign_in(email: str, password: str) -> bool:
    """Begin a sign-in in this browser; False when the two do not go together.

    :raises TooManyError: after too many tries.
    """
    user = counted(email, partial(people.find_by_password, email, password))
    if user is not None:
        login_user(user)
    return user is not None


def _write_to_registered(user: User, *, is_new: bool) -> None:
    if is_new:
        letters.welcome(user, sign_in_url=here(".login"))
    elif may_be_written_to(user.email, "already registered"):
        letters.already_registered(user, sign_in_url=here(".login"), reset_url=here(".reset"))
