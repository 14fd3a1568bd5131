"""What the tests of the account pages do in a browser."""

import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from tests import cast
from tests.letters import link_in, post

NEW_PASSWORD = "staple battery horse"


def submit(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Send a form as its page would."""
    return client.post(path, data={"csrf_token": cast.token(client), **fields})


def sign_in(client: FlaskClient, user: User, password: str = cast.PASSWORD) -> TestResponse:
    """Sign in on the page."""
    return submit(client, "/login", email=user.email, password=password)


def is_signed_in(client: FlaskClient) -> bool:
    """Whether the profile is shown, rather than the way to the sign-in."""
    return client.get("/profile").status_code == 200


def errors(response: TestResponse) -> dict[str, str]:
    """Each field's error, found where the field says it is described."""
    page = response.text
    return {
        name: re.sub("<[^>]+>", "", found[1]).strip()
        for name in re.findall(r'aria-describedby="[^"]*?(\w+)-errors"', page)
        if (found := re.search(rf'id="{name}-errors"[^>]*>(.*?)</div>\s*</div>', page, re.S))
    }


def flashed(response: TestResponse) -> list[str]:
    """What the page says on top."""
    return [text.strip() for text in re.findall(r'class="alert[^>]*>([^<]*)<', response.text)]


def register(client: FlaskClient, email: str, name: str = "Nina", **more: str) -> TestResponse:
    """Ask for an account; the password is ``cast.PASSWORD`` where nothing else is said."""
    form = {"name": name, "email": email, "password": cast.PASSWORD, **more}
    return submit(client, "/register", **form)


def join(app: Flask, client: FlaskClient, email: str, **more: str) -> TestResponse:
    """Register, and follow the letter's link in the same browser."""
    register(client, email, **more)
    [letter] = post(app)
    assert letter["Subject"] == "Finish creating your account"
    return submit(client, link_in(letter))
