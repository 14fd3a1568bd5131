"""Flask-Security-Too, bound to our users and sign-ins, with all we do not use turned off."""

from typing import Any

from flask import Flask, session
from flask_login import user_logged_out
from flask_security import (
    Security,
    SQLAlchemyUserDatastore,
    password_changed,
    password_reset,
    user_authenticated,
)
from flask_security.utils import set_request_attr
from sqlalchemy.exc import IntegrityError

from marketplace.accounts import sign_ins
from marketplace.accounts.models import User
from marketplace.database import db

SIGN_IN_KEY = "sign_in"


class Datastore(SQLAlchemyUserDatastore):  # type: ignore[misc]  # Flask-Security has no types
    """Flask-Security's way to our users. There are no roles."""

    def commit(self) -> None:
        """Store. Two registrations of one address at the same instant: the second is dropped,
        and its answer is the same as for an address that was taken all along."""
        try:
            super().commit()
        except IntegrityError:
            db.session.rollback()


security = Security()


def init_app(app: Flask) -> None:
    """Bind Flask-Security, and let the rows of ``sign_ins`` decide who is signed in."""
    app.config.from_mapping(_SETTINGS)
    security.init_app(app, Datastore(db, User, None))
    # Flask-Principal would load the user before every request, polls included, for roles
    # that do not exist.
    security.principal.identity_loaders.clear()
    app.login_manager.user_loader(_load_user)  # type: ignore[attr-defined]
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    # Would compare a hash of address and browser, and renew the cookie with each answer.
    app.login_manager.session_protection = None  # type: ignore[attr-defined]
    user_authenticated.connect(_start_sign_in, app)
    user_logged_out.connect(_end_sign_in, app)
    password_changed.connect(_end_other_sign_ins, app)
    password_reset.connect(_end_other_sign_ins, app)


def current_sign_in_id() -> str | None:
    """The sign-in this request's cookie names, whether or not it still stands."""
    return session.get(SIGN_IN_KEY)


_SETTINGS: dict[str, Any] = {
    "SECURITY_REGISTERABLE": True,
    "SECURITY_RECOVERABLE": True,
    "SECURITY_CHANGEABLE": True,
    "SECURITY_CHANGE_URL": "/profile/password",
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_PASSWORD_CONFIRM_REQUIRED": False,
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_POST_LOGIN_VIEW": "/marketplace",
    "SECURITY_POST_LOGOUT_VIEW": "/marketplace",
    "SECURITY_POST_REGISTER_VIEW": "/login",
    "SECURITY_FRESHNESS_GRACE_PERIOD": 0,
    "SECURITY_SEND_REGISTER_EMAIL": True,
}


def _load_user(_fs_uniquifier: str) -> User | None:
    sign_in_id = current_sign_in_id()
    user = sign_ins.find_user(sign_in_id) if sign_in_id else None
    if user is not None:
        set_request_attr("fs_authn_via", "session")
        set_request_attr("fs_paa", session.get("fs_paa", 0))
    return user


def _start_sign_in(_app: Flask, user: User, **_: Any) -> None:
    session.permanent = True
    session[SIGN_IN_KEY] = sign_ins.start(user).id


def _end_sign_in(_app: Flask, **_: Any) -> None:
    sign_in_id = session.pop(SIGN_IN_KEY, None)
    if sign_in_id:
        sign_ins.end(sign_in_id)


def _end_other_sign_ins(_app: Flask, user: User, **_: Any) -> None:
    sign_ins.end_all(user, but=current_sign_in_id())
