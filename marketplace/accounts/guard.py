"""Who is not signed in goes to the sign-in and back, or is told so as JSON.

Who asks comes before what is asked: nobody learns that their token, their kind of content or the
size of their form is wrong where they may not come in at all.
"""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.accounts import next_page
from marketplace.errors import UnauthorizedError, wants_json

P = ParamSpec("P")
T = TypeVar("T")


def init_app(app: Flask) -> None:
    """Ask who it is before any other check looks at the request: to be bound before those."""
    app.before_request(_ask_who)


def sign_in_required(view: Callable[P, T]) -> Callable[P, T]:
    """Let only people who are signed in reach this view, whose decorators keep that in mind."""

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        if current_user.is_authenticated:
            return view(*args, **kwargs)
        return ask_to_sign_in()  # type: ignore[return-value]  # a view may return any answer

    guarded.is_for_people = True  # type: ignore[attr-defined]  # decorators around it copy this
    return guarded


def _ask_who() -> ResponseReturnValue | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "is_for_people", False) and not current_user.is_authenticated:
        return ask_to_sign_in()
    return None


def ask_to_sign_in(back: str | None = None) -> ResponseReturnValue:
    """Send a page's visitor to the sign-in, and from there to ``back``.

    By default that is this page, or for what cannot be asked for again by its address (a form
    that was sent) the page with the form.

    :raises UnauthorizedError: for who wants JSON.
    """
    if wants_json():
        raise UnauthorizedError
    return redirect(url_for("accounts.login", next=back or _this_page()), 303)


def _this_page() -> str | None:
    if request.method in ("GET", "HEAD"):
        return next_page.safe(request.full_path.removesuffix("?"))
    return next_page.path_here(request.referrer)
