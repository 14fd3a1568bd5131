"""How much room somebody's pictures take, in listings and messages together."""

from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import downgrade, upgrade

from config import Settings
from marketplace import create_app
from marketplace.accounts import picture_room
from marketplace.accounts.models import User
from marketplace.catalogue import listings
from marketplace.catalogue.models import Photo
from marketplace.storage import images
from marketplace.storage.database import db
from tests import cast
from tests.catalogue import uploads
from tests.catalogue.selling import errors, files, id_in, sell, send, stored
from tests.catalogue.test_photos import DETAILS
from tests.databases import Database
from tests.messaging.pictures import post
from tests.messaging.test_attachments import at_once

JPEG = (uploads.jpeg((8, 8)), "a.jpg")


def taken(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.sum(Photo.size_bytes))) or 0


def test_a_photo_counts_by_its_files(app: Flask, as_sam: FlaskClient) -> None:
    before = files(app)
    sell(as_sam, JPEG)
    assert taken(app) == sum(path.stat().st_size for path in files(app) - before) > 0


def test_listings_and_messages_share_the_room(
    app: Flask, as_sam: FlaskClient, as_bea: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mechanism: ``picture_room.counts``, in both."""
    listing = id_in(sell(as_sam, JPEG))
    monkeypatch.setattr(picture_room, "LIMIT_BYTES", 2 * taken(app))
    assert post(as_sam, JPEG[0]).status_code == 201
    for refused in (
        post(as_sam, JPEG[0]),
        sell(as_sam, JPEG),
        send(as_sam, f"/marketplace/{listing}/edit", JPEG),
    ):
        assert refused.status_code == 422
        assert "0.0 MB are left" in refused.text
    assert post(as_bea, JPEG[0]).status_code == 201, "not her room"


def test_who_has_too_much_already_keeps_it_and_edits_on(
    app: Flask, as_sam: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = id_in(sell(as_sam, JPEG))
    monkeypatch.setattr(picture_room, "LIMIT_BYTES", 0)
    assert send(as_sam, f"/marketplace/{listing}/edit", title="Blue bicycle").status_code == 303
    assert sell(as_sam).status_code == 303


def test_what_is_removed_gives_its_room_back(
    app: Flask, as_sam: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the same edit as well."""
    listing = id_in(sell(as_sam, JPEG))
    (photo,) = stored(app, listing).photos
    monkeypatch.setattr(picture_room, "LIMIT_BYTES", taken(app))
    path = f"/marketplace/{listing}/edit"
    assert send(as_sam, path, JPEG, remove=str(photo.id)).status_code == 303
    (photo,) = stored(app, listing).photos
    assert errors(sell(as_sam, JPEG))
    send(as_sam, path, remove=str(photo.id))
    assert sell(as_sam, JPEG).status_code == 303


def test_the_refusal_says_what_is_left(
    app: Flask, as_sam: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_room, "LIMIT_BYTES", picture_room.MB)
    rough = uploads.encoded(uploads.noise((1000, 1000)), quality=5)
    refused = sell(as_sam, *[(rough, "a.jpg")] * 3)
    assert list(errors(refused)) == ["photos"]
    assert "1 MB in all, of which 1.0 MB are left" in refused.text
    assert taken(app) == 0


def test_listings_at_one_instant_count_as_in_turn(
    app: Flask, sam: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mechanism: ``picture_room.hold``."""
    with app.app_context(), listings.photos.saved([images.encode(uploads.halves())]) as saved:
        monkeypatch.setattr(picture_room, "LIMIT_BYTES", saved[0].size_bytes)
        create = partial(listings.create, sam, DETAILS, saved)
        assert at_once(app, *[create] * 4) == ["done", *["invalid"] * 3]


def test_photos_from_before_are_measured_by_the_update(database: Database, tmp_path: Path) -> None:
    """Mechanism: ``_measure`` in the migration."""
    settings = Settings.from_environment(
        {"DATABASE_URL": database.create(), "INSTANCE_PATH": str(tmp_path)}
    )
    app = create_app(settings, overrides={"WTF_CSRF_ENABLED": False})
    with app.app_context():
        upgrade()
    sam = cast.person(app, "Sam")
    with (
        app.app_context(),
        listings.photos.saved(
            [images.encode(uploads.halves()), images.encode(uploads.halves())]
        ) as saved,
    ):
        listings.create(sam, DETAILS, saved)
        listings.photos.discard(saved[1].name)
        db.session.remove()
        downgrade(revision="0008")
        upgrade()
        sizes = db.session.scalars(sa.select(Photo.size_bytes).order_by(Photo.position)).all()
        assert sizes == [saved[0].size_bytes, 0]
        db.session.remove()
        db.engine.dispose()
        app.extensions["reader"].dispose()
