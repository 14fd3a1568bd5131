"""Filling in forms as from several networks, and on a site that is served."""

import http.client
import re
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from tests import cast

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def browser_at(app: Flask, address: str) -> FlaskClient:
    """A browser whose requests come from this address."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def submit(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Send a form with the token of its page."""
    return client.post(path, data={"csrf_token": cast.token(client), **fields})


def log_in(client: FlaskClient, email: str, password: str = "wrong") -> TestResponse:
    """Try to sign in."""
    return submit(client, "/login", email=email, password=password)


def shut_out(app: Flask, user: User) -> None:
    """As many wrong passwords for an account as strangers may try, each from elsewhere."""
    for number in range(10):
        assert log_in(browser_at(app, f"198.51.100.{number}"), user.email).status_code == 422
    assert log_in(browser_at(app, "198.51.100.99"), user.email).status_code == 429


class Visit:
    """A browser at the sign-in of a site that is served; each request on a new connection, so
    that the workers take turns."""

    def __init__(self, port: int) -> None:
        self._port = port
        page, headers = self._request("GET", "/login", None, {})[1:]
        self._cookie = headers["Set-Cookie"].partition(";")[0]
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found
        self._token = found[1]

    def log_in(self, email: str, password: str = "wrong") -> int:
        """Try to; the answer's status."""
        form = {"csrf_token": self._token, "email": email, "password": password}
        headers = FORM | {"Cookie": self._cookie}
        return self._request("POST", "/login", urlencode(form), headers)[0]

    def _request(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, str, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=15)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            connection.close()
