"""Pictures for messages, as verbs and browsers send them."""

import io
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from marketplace.messaging.attachments import unsent
from marketplace.storage import images
from tests import cast
from tests.catalogue import uploads

API = "/api/v1/attachments"


def uploaded(app: Flask, owner: User, count: int = 1) -> list[str]:
    """The ids of pictures that wait to be sent."""
    with app.app_context():
        picture = images.encode(uploads.halves())
        return [unsent.upload(owner, picture).id for _ in range(count)]


def post(client: FlaskClient, content: bytes, name: str = "a.jpg") -> TestResponse:
    """Upload a file as a script does."""
    return client.post(
        API,
        data={"file": (io.BytesIO(content), name)},
        headers={"X-CSRFToken": cast.token(client)},
    )


def post_form(
    client: FlaskClient, conversation: int, *files: tuple[bytes, str], **fields: Any
) -> TestResponse:
    """Send the composer's form as a browser without scripts does."""
    pictures = [(io.BytesIO(content), name) for content, name in files]
    data = {"csrf_token": cast.token(client), "body": "", **fields, "images": pictures}
    return client.post(f"/messages/{conversation}", data=data)
