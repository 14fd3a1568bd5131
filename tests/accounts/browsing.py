"""What the tests of the account pages do in a browser, and the letters it leads to."""

import email
import re
from email.message import EmailMessage
from email.policy import default as policy
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace import jobs
from marketplace.accounts.models import User
from tests import cast

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


def post(app: Flask) -> list[EmailMessage]:
    """Have the waiting letters delivered, and take them out of the outbox."""
    with app.app_context():
        jobs.drain()
    files = sorted(Path(app.instance_path, "outbox").glob("*"))
    letters = [_read(file) for file in files]
    for file in files:
        file.unlink()
    return letters


def link_in(letter: EmailMessage) -> str:
    """The path of the letter's link."""
    found = re.search(r"https?://[^/\s]+(/\S+)", letter.get_content())
    assert found, "the letter has no link"
    return found[1]


def _read(file: Path) -> EmailMessage:
    content, _, _ = file.read_bytes().rpartition(b"-" * 79)
    letter = email.message_from_bytes(content, policy=policy)
    assert isinstance(letter, EmailMessage)
    return letter
