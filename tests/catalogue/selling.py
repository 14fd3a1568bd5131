"""What the tests of the catalogue do in a browser: fill in the form, send files, read errors."""

import io
import re
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from marketplace.catalogue import listings
from marketplace.catalogue.models import Listing
from tests import cast

FIELDS = {"title": "Red bicycle", "description": "Rides well.", "price": "120", "currency": "EUR"}


def sell(client: FlaskClient, *photos: tuple[bytes, str], **fields: Any) -> TestResponse:
    """Send the form for a new listing, with these files and names."""
    return send(client, "/marketplace/new", *photos, **fields)


def send(client: FlaskClient, path: str, *photos: tuple[bytes, str], **fields: Any) -> TestResponse:
    """Send a listing's form as its page would."""
    files = [(io.BytesIO(content), name) for content, name in photos]
    data = {"csrf_token": cast.token(client), **FIELDS, **fields, "photos": files}
    return client.post(path, data=data)


def press(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Press a button of a small form."""
    return client.post(path, data={"csrf_token": cast.token(client), **fields})


def id_in(response: TestResponse) -> int:
    """The listing that a form led to."""
    assert response.status_code == 303, errors(response)
    return int(response.location.rsplit("/", 1)[-1])


def stored(app: Flask, listing_id: int, viewer: User | None = None) -> Listing:
    """The listing as the database has it."""
    with app.app_context():
        return listings.get_visible(viewer, listing_id)


def errors(response: TestResponse) -> dict[str, str]:
    """Each field's errors, found where the field says it is described."""
    page = response.text
    return {
        name: re.sub(r"<[^>]+>", " ", found[1]).strip()
        for name in re.findall(r'aria-describedby="[^"]*?(\w+)-errors"', page)
        if (found := re.search(rf'id="{name}-errors"[^>]*>(.*?)</div>\s*</div>', page, re.S))
    }


def files(app: Flask) -> set[Path]:
    """What is in the upload folder."""
    return {path for path in Path(app.config["UPLOAD_FOLDER"]).rglob("*") if path.is_file()}
