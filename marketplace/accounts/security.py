"""Flask-Security-Too, bound to our users and sign-ins, with all we do not use turned off.

From it come what is easily got wrong: hashing and re-hashing, the normal form of a password,
signed links that expire, starting and ending a session. The pages are our own (``views``):
its registration signs in at once and its reset works longer for an address it knows, and both
would tell who has an account.
"""

from typing import Any

from flask import Flask, g, make_response, session
from flask_login import user_logged_out
from flask_security import Security, SQLAlchemyUserDatastore, user_authenticated
from flask_wtf.csrf import generate_csrf

from marketplace.accounts import guard, sign_ins
from marketplace.accounts.models import User
from marketplace.database import db
from marketplace.sessions import SIGN_IN_KEY

CSRF_KEY = "csrf_token"

# Argon2id with 19 MiB, 2 rounds and 1 lane is the least that OWASP's Password Storage Cheat
# Sheet accepts, and about 20 ms here. "Single hash" because the alternative, an HMAC before it,
# needs one more secret to keep and adds nothing to Argon2.
_SETTINGS: dict[str, Any] = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__type": "ID",
        "argon2__memory_cost": 19 * 1024,
        "argon2__rounds": 2,
        "argon2__parallelism": 1,
    },
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
}


def init_app(app: Flask) -> None:
    """Bind Flask-Security, and let the rows of ``sign_ins`` decide who is signed in."""
    for name, value in _SETTINGS.items():
        app.config.setdefault(name, value)
    datastore = SQLAlchemyUserDatastore(db, User, None)  # type: ignore[arg-type]  # no roles
    security = Security(app, datastore, register_blueprint=False)
    # Flask-Principal would load the user before every request, polls included, for roles
    # that do not exist.
    security.principal.identity_loaders.clear()
    security.unauthn_handler(lambda *_, **__: make_response(guard.ask_to_sign_in()))
    _prepare_login_manager(security.login_manager)
    user_authenticated.connect(_start_sign_in, app)
    user_logged_out.connect(_end_sign_in, app)


def current_sign_in_id() -> str | None:
    """The sign-in this request's cookie names, whether or not it still stands."""
    return session.get(SIGN_IN_KEY)


def _prepare_login_manager(login_manager: Any) -> None:
    login_manager.user_loader(_load_user)
    login_manager.request_loader(lambda _request: None)
    login_manager.unauthorized_handler(guard.ask_to_sign_in)
    # Would compare a hash of address and browser, and renew the cookie with each answer.
    login_manager.session_protection = None


def _load_user(_fs_uniquifier: str) -> User | None:
    sign_in_id = current_sign_in_id()
    return sign_ins.find_user(sign_in_id) if sign_in_id else None


def _start_sign_in(_app: Flask, user: User, **_: Any) -> None:
    """Nothing that somebody may have planted in this browser before counts from here on."""
    session.pop(CSRF_KEY, None)
    g.pop(CSRF_KEY, None)
    generate_csrf()  # now, so that the next page has no cookie to set
    session.permanent = True
    session[SIGN_IN_KEY] = sign_ins.start(user).id


def _end_sign_in(_app: Flask, **_: Any) -> None:
    sign_in_id = session.pop(SIGN_IN_KEY, None)
    if sign_in_id:
        sign_ins.end(sign_in_id)
