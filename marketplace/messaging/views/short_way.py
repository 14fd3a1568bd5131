"""The short way: a poll with nothing new is answered before Flask begins.

Almost every request of the site is such a poll, and most of what it costs is the framework
around one statement. This answers exactly that case, from the same parts as the view in
``poll.py``. Everything else, at any doubt, goes on to the application: another method or
argument, a cookie not verified lately, a session that has ended, somebody who takes no part,
anything new, a site at its limit, a database that does not answer. There is no rule here that
is not there.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy.exc import DBAPIError

from marketplace.messaging import poll
from marketplace.messaging.views.poll import STATE, headers, is_told
from marketplace.texts.errors import DomainError
from marketplace.web.sessions import SIGN_IN_KEY, Sessions

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = re.compile(r"/messages/([1-9][0-9]{0,17})/poll")
QUERY = re.compile(r"after=([0-9]{1,18})")


class ShortWay:
    """An application, with its idle polls answered in front of it."""

    def __init__(self, app: Flask, sessions: Sessions) -> None:
        self._app = app
        self._sessions = sessions
        self._long_way: WSGIApplication = app.wsgi_app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer, or let the application do it."""
        found = self.find_headers(environ)
        if found is None:
            return self._long_way(environ, start_response)
        self._app.extensions["figures"].count_idle_poll()
        start_response("304 NOT MODIFIED", found)
        return ()

    def find_headers(self, environ: "WSGIEnvironment") -> list[tuple[str, str]] | None:
        """The headers of a 304, or None when that may not be the answer.

        What came of asking, a state or an error, is left in ``environ`` for the view, which then
        need not ask again: a database that hangs is waited for once.
        """
        path = PATH.fullmatch(environ["PATH_INFO"])
        if path is None or environ["REQUEST_METHOD"] != "GET":
            return None
        query = QUERY.fullmatch(environ.get("QUERY_STRING", ""))
        session = self._sessions.find(environ)
        if query is None or session is None:
            return None
        load, reader = self._app.extensions["load"], self._app.extensions["reader"]
        try:
            load.check_room()
            state = poll.state_of(reader, session.get(SIGN_IN_KEY), int(path[1]))
        except (DomainError, DBAPIError) as error:
            environ[STATE] = error
            return None
        environ[STATE] = state
        told = is_told(state, environ.get("HTTP_IF_NONE_MATCH"), int(query[1]))
        if not told or not state.seen_lately:
            return None
        return [
            ("ETag", state.tag),
            ("Vary", "Cookie"),
            *headers(load, self._app.config["POLL_INTERVAL"]),
        ]


def init_app(app: Flask, sessions: Sessions) -> None:
    """Put it right in front of Flask, so that its answers pass whatever all answers pass."""
    app.wsgi_app = ShortWay(app, sessions)  # type: ignore[method-assign]
