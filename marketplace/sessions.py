"""The session cookie: Flask's own, without verifying the same one again and again.

An open page sends the same cookie every two seconds. To verify it is a third of what the
framework does for a request, so that a cookie which was found good is believed for a while. Who
is signed in does not hang on it: that is a row, read anew each time (``accounts/sign_ins.py``).
"""

from time import monotonic
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

BELIEVED_SECONDS = 60.0  # a cookie that expires meanwhile is good for so much longer
COOKIES_MAX = 10_000  # of about a kilobyte each; then all are verified anew


PLAIN = (str, int, float, type(None))
NOBODY: tuple[float, dict[str, Any] | None] = (0.0, None)


class Sessions(SecureCookieSessionInterface):
    """Opens and saves sessions; see the module."""

    def __init__(self) -> None:
        self._believed: dict[tuple[str, str], tuple[float, dict[str, Any] | None]] = {}

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """As Flask does. What requests could change for each other is not remembered."""
        known = self.find(request.environ)
        if known is not None:
            return self.session_class(known)
        session = super().open_session(app, request)
        if session and all(isinstance(value, PLAIN) for value in session.values()):
            if len(self._believed) >= COOKIES_MAX:
                self._believed.clear()
            until = monotonic() + BELIEVED_SECONDS
            self._believed[_asker(request.environ)] = until, dict(session)
        return session

    def find(self, environ: "WSGIEnvironment") -> dict[str, Any] | None:
        """What the session of this request holds, if its cookie was verified lately."""
        until, data = self._believed.get(_asker(environ), NOBODY)
        return data if until > monotonic() else None

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """As Flask does, which looks up all of the cookie's settings even if nothing is set."""
        if session.modified:
            super().save_session(app, session, response)
        elif session.accessed:
            response.headers.add("Vary", "Cookie")


def _asker(environ: "WSGIEnvironment") -> tuple[str, str]:
    """The host as well: which ones are this site's is checked before a session is opened."""
    return environ.get("HTTP_HOST", ""), environ.get("HTTP_COOKIE", "")
