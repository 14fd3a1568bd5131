"""A forgotten password, and a new one."""

from functools import partial

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.accounts import letters, next_page, passwords, sign_ins
from marketplace.accounts.forms import ChangePasswordForm, NewPasswordForm, ResetForm
from marketplace.accounts.guard import sign_in_required
from marketplace.accounts.models import User
from marketplace.accounts.security import current_sign_in_id
from marketplace.accounts.sign_ins import ChangedError
from marketplace.accounts.views.pages import blueprint, here, page, text
from marketplace.accounts.views.tries import counted, may_be_written_to, trust
from marketplace.operations import limits


@blueprint.route("/reset", methods=["GET", "POST"])
def reset() -> ResponseReturnValue:
    """Ask for a link to choose a new password."""
    form = ResetForm()
    if form.validate_on_submit():
        limits.RESETS.spend(limits.client_address())
        email = text(form.email).strip()
        if may_be_written_to(email, "reset"):
            letters.answer_reset_request.later(email, str(get_locale()), here(".reset"))
        message = _(
            "If %(email)s has an account, a mail is on its way to it. "
            "Its link works once, for a day.",
            email=email,
        )
        flash(message, "info")
        return redirect(url_for(".login", next=next_page.wanted()), 303)
    return page("reset", form)


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
def choose_password(token: str) -> ResponseReturnValue:
    """Where that link leads."""
    user = passwords.find_by_reset_token(token)
    if user is None:
        return _ask_for_another_link()
    form = NewPasswordForm()
    if form.validate_on_submit():
        if not _change_password(user, text(form.password)):
            return _ask_for_another_link()
        trust(user.email, anew=True)
        flash(_("Your new password is set. Sign in with it now."), "success")
        return redirect(url_for(".login"), 303)
    return page("choose_password", form)


@blueprint.route("/profile/password", methods=["GET", "POST"])
@sign_in_required
def password() -> ResponseReturnValue:
    """Change one's password."""
    sign_ins.attach(current_user)
    form = ChangePasswordForm()
    if form.validate_on_submit():
        is_right = partial(passwords.is_right, current_user, text(form.password))
        # Of the session and not of the account, or strangers would keep its owner out here too.
        is_right_now = counted(f"sign-in {current_sign_in_id()}", is_right)
        if is_right_now and _change_password(current_user, text(form.new_password)):
            flash(_("Your new password is set. Other browsers are signed out."), "success")
            return redirect(url_for(".profile"), 303)
        form.password.errors = [_("This is not your password.")]
    return page("password", form)


def _change_password(user: User, new_password: str) -> bool:
    """False when somebody was faster, by the same password or the same link."""
    try:
        passwords.change(user, new_password, but=current_sign_in_id())
    except ChangedError:
        return False
    letters.password_changed(user, reset_url=here(".reset"))
    return True


def _ask_for_another_link() -> ResponseReturnValue:
    flash(_("This link is used up or too old. Here you get a new one."), "warning")
    return redirect(url_for(".reset"), 303)
