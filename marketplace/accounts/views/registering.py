"""Registering, and the link in the letter that follows."""

from functools import partial
from http import HTTPStatus

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.accounts import letters, next_page, passwords, people, registrations, security
from marketplace.accounts.forms import RegisterForm, VerifyForm
from marketplace.accounts.models import Registration
from marketplace.accounts.views.pages import blueprint, here, onward, page, text
from marketplace.accounts.views.tries import counted, may_be_written_to, trust
from marketplace.operations import limits

REGISTRATION_KEY = "registration"  # whose link this browser may follow without the password


@blueprint.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    """Ask for an account. What is answered does not tell whether the address has one."""
    if current_user.is_authenticated:
        return onward()
    form = RegisterForm()
    if form.validate_on_submit():
        limits.REGISTRATIONS.spend(limits.client_address())
        _begin(text(form.name), people.read_email(text(form.email)), text(form.password))
        return redirect(url_for(".registered", next=next_page.wanted()), 303)
    return page("register", form)


@blueprint.get("/register/sent")
def registered() -> ResponseReturnValue:
    """What to do next."""
    if current_user.is_authenticated:
        return onward()
    return render_template("accounts/registered.html", next_page=next_page.wanted())


@blueprint.route("/verify/<token>", methods=["GET", "POST"])
def verify(token: str) -> ResponseReturnValue:
    """Where that link leads. Programs look at links, so that a GET changes nothing.

    The password is asked for once more in any browser but the one in which it was typed. Whoever
    registers somebody else's address would else have the account that its owner opens.
    """
    registration = registrations.find(token)
    if registration is None:
        return _refuse()
    form = VerifyForm()
    if session.get(REGISTRATION_KEY) == registration.id:
        del form.password
    if form.validate_on_submit():
        if "password" not in form or _is_right(registration, text(form.password)):
            return _complete(registration)
        form.password.errors = [_("This is not the password that was chosen for this account.")]
    return page("verify", form)


def _begin(name: str, email: str, password: str) -> None:
    """The same work and the same cookie for every address."""
    token = registrations.begin(name, email, password, next_page.wanted())
    session[REGISTRATION_KEY] = registrations.name_of(token)
    if may_be_written_to(email, "registered"):
        letters.answer_registration.later(
            email,
            str(get_locale()),
            here(".verify", token=token),
            here(".login"),
            here(".reset"),
        )


def _is_right(registration: Registration, password: str) -> bool:
    is_right = partial(passwords.matches, registration.password, password)
    return counted(f"registration {registration.id}", is_right)


def _complete(registration: Registration) -> ResponseReturnValue:
    onward_to = registration.next_page or next_page.HOME
    user = registrations.complete(registration)
    if user is None:
        return _refuse()
    security.sign_in(user)
    trust(user.email)
    session.pop(REGISTRATION_KEY, None)
    flash(_("Welcome! Your account is ready."), "success")
    return redirect(onward_to, 303)


def _refuse() -> ResponseReturnValue:
    """It sets no cookie: who clicked twice has just been given that of a session."""
    if current_user.is_authenticated:
        return onward()
    return render_template("accounts/link_used.html"), HTTPStatus.GONE
