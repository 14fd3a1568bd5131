"""The session cookie: Flask's own, without verifying the same one again and again.

An open page sends the same cookie every two seconds. To verify it is a third of what the
framework does for a request, so that a cookie which was found good is believed for a while. Who
is signed in does not hang on it: that is a row, read anew each time (``accounts/sign_ins.py``).

Only the cookies of people who are signed in are believed: they are few, and nobody can make more of
them by asking. What else a request sends beside such a cookie is not looked at.
"""

import sys
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from marketplace.storage.memo import Memo
from marketplace.web import origins

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

SIGN_IN_KEY = "sign_in"
BELIEVED_SECONDS = 60.0  # a cookie that expires meanwhile is good for so much longer
BELIEVED_BYTES = 8 * 1024 * 1024  # nearly five thousand people at a time in one process

PLAIN = (str, int, float, type(None))
QUOTE = '"'

Asker = tuple[str, str]


class Sessions(SecureCookieSessionInterface):
    """Opens and saves sessions; see the module."""

    def __init__(self, cookie_name: str) -> None:
        self._name = cookie_name
        self._believed: Memo[Asker, dict[str, Any]] = Memo(BELIEVED_BYTES, BELIEVED_SECONDS)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """As Flask does. What requests could change for each other is not remembered."""
        asker = self._asker(request.environ)
        known = self._believed.find(asker) if asker else None
        if known is not None:
            return self.session_class(known)
        session = super().open_session(app, request)
        if asker and session and SIGN_IN_KEY in session and _is_plain(session):
            data = {sys.intern(key): value for key, value in session.items()}
            self._believed.keep(asker, data, _size(asker, data))
        return session

    def find(self, environ: "WSGIEnvironment") -> dict[str, Any] | None:
        """What the session of this request holds, if somebody is signed in by a cookie that was
        verified lately."""
        asker = self._asker(environ)
        return self._believed.find(asker) if asker else None

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """As Flask does, which looks up all of the cookie's settings even if nothing is set."""
        if session.modified:
            if request.method != "GET" and origins.is_elsewhere():
                return  # it came without the cookie: a new one would sign its reader out here
            super().save_session(app, session, response)
        elif session.accessed:
            response.headers.add("Vary", "Cookie")

    def _asker(self, environ: "WSGIEnvironment") -> Asker | None:
        """Host and session cookie; None without one, and at any doubt which one Flask would read.

        The host as well: which ones are this site's is checked before a session is opened.
        """
        before, found, after = environ.get("HTTP_COOKIE", "").partition(f"{self._name}=")
        value = after.partition(";")[0].strip()
        if not found or self._name in after or value[:1] == QUOTE:
            return None
        if before and not self._is_other_cookies(before):
            return None
        return environ.get("HTTP_HOST", ""), value

    def _is_other_cookies(self, before: str) -> bool:
        """Whole ones: a quoted value may hold what looks like another cookie."""
        whole = before.rstrip(" ").endswith(";")
        return whole and QUOTE not in before and self._name not in before


def _is_plain(session: SecureCookieSession) -> bool:
    return all(isinstance(value, PLAIN) for value in session.values())


def _size(asker: Asker, data: dict[str, Any]) -> int:
    """Bytes; the keys are the same for all."""
    return sum(map(sys.getsizeof, (asker, *asker, data, *data.values())))
