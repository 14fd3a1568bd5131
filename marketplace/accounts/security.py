"""Flask-Security-Too, bound to our users and sign-ins, with all we do not use turned off.

From it come what is easily got wrong: hashing and re-hashing, the normal form of a password,
signed links that expire, starting and ending a session. The pages are our own (``views``):
its registration signs in at once and its reset works longer for an address it knows, and both
would tell who has an account.
"""

import logging
import time
from typing import Any

from flask import Flask, g, make_response, request, session
from flask_login import user_logged_out
from flask_security import Security, SQLAlchemyUserDatastore, login_user
from flask_wtf.csrf import generate_csrf
from sqlalchemy.exc import DBAPIError

from marketplace.accounts import browsers, guard, sign_ins
from marketplace.accounts.models import User
from marketplace.storage.database import db
from marketplace.web.errors import wants_json
from marketplace.web.sessions import SIGN_IN_KEY

USED_KEY = "used"  # when cookie and row were renewed, in seconds since 1970
CSRF_KEY = "csrf_token"

logger = logging.getLogger(__name__)

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
    user_logged_out.connect(_end_sign_in, app)


def sign_in(user: User) -> None:
    """Sign somebody in in this browser. Who was signed in here before is so no longer.

    Nothing that somebody may have planted in this browser before counts from here on.

    :raises ChangedError: when they have a new password since they were looked up, or are banned.
    """
    begun = sign_ins.start(user, browsers.label(request.headers.get("User-Agent", "")))
    _end_sign_in()
    login_user(user)
    session.pop(CSRF_KEY, None)
    g.pop(CSRF_KEY, None)
    generate_csrf()  # now, so that the next page has no cookie to set
    session.permanent = True
    session[SIGN_IN_KEY] = begun.id
    session[USED_KEY] = int(time.time())


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
    user = sign_ins.find_user(sign_in_id) if sign_in_id else None
    if sign_in_id and user:
        _renew(sign_in_id)
    return user


def _renew(sign_in_id: str) -> None:
    """Have a sign-in last from today on, once a day and only where a page is loaded.

    What scripts fetch sets no cookie: a poll's answer would cost more than its query.
    """
    now = int(time.time())
    age = now - session.get(USED_KEY, 0)
    if age < sign_ins.RENEWED_EVERY.total_seconds() or request.method != "GET" or wants_json():
        return
    try:
        sign_ins.note_used(sign_in_id)
    except DBAPIError:  # too busy: the next page does it
        logger.warning("could not note that a sign-in was used")
    else:
        session[USED_KEY] = now


def _end_sign_in(*_: Any, **__: Any) -> None:
    sign_in_id = session.pop(SIGN_IN_KEY, None)
    if sign_in_id:
        sign_ins.end(sign_in_id)
