"""Browsers in which somebody has signed in before: a cookie of a year, which survives signing out.

Their tries of that account's password are counted apart, so that strangers who try it again and
again lock nobody out of a browser of their own. That is all it is good for: it signs nobody in, and
who copies one gets the ten tries of its browser. So a new password need not end it, and the owner,
who has just changed it because of somebody, is not locked out by them.

The cookie names the browser by chance, and accounts by a keyed hash of their address: who looks
at it learns of none.
"""

import hashlib
import secrets

from flask import after_this_request, current_app, request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response

LIFETIME_SECONDS = 365 * 24 * 3600
ACCOUNTS_MAX = 5  # of a browser that people share; the one who signed in last comes first


def find_name(account: str) -> str | None:
    """What this browser is called, if somebody has signed in to the account in it."""
    browser, accounts = _read()
    return browser if _hash(account) in accounts else None


def remember(account: str) -> None:
    """Have this request's answer say that somebody has signed in to the account here."""
    browser, accounts = _read()
    this = _hash(account)
    accounts = [this, *(each for each in accounts if each != this)][:ACCOUNTS_MAX]
    value = _serializer().dumps([browser, *accounts])

    @after_this_request
    def set_cookie(response: Response) -> Response:
        config = current_app.config
        response.set_cookie(
            _cookie_name(),
            value,
            max_age=LIFETIME_SECONDS,
            secure=config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response


def _read() -> tuple[str, list[str]]:
    """The browser's name, a new one where it has none, and the accounts."""
    try:
        browser, *accounts = _serializer().loads(request.cookies.get(_cookie_name(), ""))
    except BadData:
        return secrets.token_urlsafe(12), []
    return browser, accounts


def _cookie_name() -> str:
    """With this prefix a browser takes it only from this very host, by https."""
    return "__Host-known" if current_app.config["SESSION_COOKIE_SECURE"] else "known"


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="known browsers")


def _hash(account: str) -> str:
    key = hashlib.sha256(current_app.config["SECRET_KEY"].encode()).digest()
    text = account.encode(errors="backslashreplace")
    return hashlib.blake2b(text, digest_size=12, key=key, person=b"known browsers").hexdigest()
