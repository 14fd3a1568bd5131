"""Who is not signed in goes to the sign-in and back, or is told so as JSON.

Who asks comes before what is asked: nobody learns that their token, their kind of content or the
size of their form is wrong where they may not come in at all.

Who has written something meanwhile, in a page that was open for long, gets it back with fields to
sign in: one step then signs in and does what the form is for.
"""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.accounts import next_page
from marketplace.texts.errors import UnauthorizedError
from marketplace.web import again
from marketplace.web.errors import wants_json

P = ParamSpec("P")
T = TypeVar("T")


def init_app(app: Flask, sign_in: Callable[[str, str], bool]) -> None:
    """Ask who it is before any other check looks at the request: to be bound before those.

    :param sign_in: begins a sign-in by address and password, or says that they are wrong.
    """
    app.extensions["sign_in"] = sign_in
    app.before_request(_ask_who)


def sign_in_required(view: Callable[P, T]) -> Callable[P, T]:
    """Let only people who are signed in reach this view, whose decorators keep that in mind."""

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        if current_user.is_authenticated or _signs_in_on_the_way():
            return view(*args, **kwargs)
        return ask_to_sign_in()  # type: ignore[return-value]  # a view may return any answer

    guarded.is_for_people = True  # type: ignore[attr-defined]  # decorators around it copy this
    return guarded


def _ask_who() -> ResponseReturnValue | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, "is_for_people", False) or current_user.is_authenticated:
        return None
    # A sign-in in the form itself counts once the form's token has been looked at.
    return None if again.brings_sign_in() else ask_to_sign_in()


def ask_to_sign_in(back: str | None = None) -> ResponseReturnValue:
    """Send a page's visitor to the sign-in, and from there to ``back``.

    By default that is this page, or for what cannot be asked for again by its address (a form
    that was sent) the page with the form.

    :raises UnauthorizedError: for who wants JSON; and for who has written something, which comes
        back with that, and with fields to sign in and send it in one step.
    """
    if wants_json():
        raise UnauthorizedError
    sent = again.sent_form()
    if sent and sent.has_text and back is None:
        raise UnauthorizedError(_("You are signed out. Sign in here, and this is sent."))
    return redirect(url_for("accounts.login", next=back or _this_page()), 303)


def _signs_in_on_the_way() -> bool:
    """Whether the form that was sent brings a sign-in, which is then begun.

    :raises UnauthorizedError: when it is a wrong one.
    """
    if not again.brings_sign_in():
        return False
    email = request.form.get(again.SIGN_IN_EMAIL, "")
    if not current_app.extensions["sign_in"](email, request.form[again.SIGN_IN_PASSWORD]):
        raise UnauthorizedError(_("This email address and this password do not go together."))
    return True


def _this_page() -> str | None:
    if request.method in ("GET", "HEAD"):
        return next_page.safe(request.full_path.removesuffix("?"))
    return next_page.path_here(request.referrer)
