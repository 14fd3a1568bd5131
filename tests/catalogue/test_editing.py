"""Changing one's listing, and nobody else's."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.catalogue import listings
from marketplace.catalogue.details import Details
from marketplace.catalogue.models import Listing, Status
from tests import cast
from tests.catalogue import uploads
from tests.catalogue.selling import errors, files, id_in, sell, send, stored
from tests.queries import counted


def edit(client: FlaskClient, listing: int, *photos: tuple[bytes, str], **fields: object):
    return send(client, f"/marketplace/{listing}/edit", *photos, **fields)


@pytest.fixture
def camera(app: Flask, as_sam: FlaskClient) -> Listing:
    """A listing with three photos, 10, 20 and 30 pixels wide."""
    sent = [(uploads.jpeg((width, 10)), f"{width}.jpg") for width in (10, 20, 30)]
    return stored(app, id_in(sell(as_sam, *sent, title="Camera")))


def widths(listing: Listing) -> list[int]:
    assert [photo.position for photo in listing.photos] == list(range(len(listing.photos)))
    return [photo.width for photo in listing.photos]


def test_the_form_begins_with_what_is_stored(as_sam: FlaskClient) -> None:
    listing = id_in(sell(as_sam, title="Vélo", description="Beau.", price="99,90", currency="GBP"))
    page = as_sam.get(f"/marketplace/{listing}/edit", headers={"Accept-Language": "fr"}).text
    assert 'value="Vélo"' in page
    assert 'value="99,90"' in page
    assert '<option selected value="GBP">' in page
    assert "Beau.</textarea>" in page


def test_changes_are_stored_and_found(app: Flask, as_sam: FlaskClient, bicycle: int) -> None:
    response = edit(as_sam, bicycle, title="Blue bicycle", price="80", currency="USD")
    assert response.status_code == 303
    listing = stored(app, bicycle)
    assert (listing.title, listing.price_minor, listing.currency) == ("Blue bicycle", 80_00, "USD")
    assert "Blue bicycle" in as_sam.get("/marketplace?q=blue").text
    assert "Nothing found." in as_sam.get("/marketplace?q=red").text


def test_an_error_keeps_what_was_typed_and_what_is_stored(
    app: Flask, as_sam: FlaskClient, bicycle: int
) -> None:
    response = edit(as_sam, bicycle, title="", price="80 or so")
    assert response.status_code == 422
    assert set(errors(response)) == {"title", "price"}
    assert "80 or so" in response.text
    assert stored(app, bicycle).title == "Red bicycle"


def test_photos_go_and_others_come_after_those_that_stay(
    app: Flask, as_sam: FlaskClient, camera: Listing
) -> None:
    before = files(app)
    removed = camera.photos[0]
    edit(as_sam, camera.id, (uploads.jpeg((40, 10)), "40.jpg"), remove=str(removed.id))
    assert widths(stored(app, camera.id)) == [20, 30, 40]
    assert not [path for path in files(app) if path.name.startswith(removed.name)]
    assert len(files(app)) == len(before)
    assert as_sam.get(f"/photos/{removed.name}").status_code == 404


def test_without_new_photos_the_old_ones_stay(
    app: Flask, as_sam: FlaskClient, camera: Listing
) -> None:
    edit(as_sam, camera.id, title="Film camera")
    assert widths(stored(app, camera.id)) == [10, 20, 30]


def test_all_photos_can_go(app: Flask, as_sam: FlaskClient, camera: Listing) -> None:
    edit(as_sam, camera.id, remove=[str(photo.id) for photo in camera.photos])
    assert widths(stored(app, camera.id)) == []
    assert as_sam.get(f"/marketplace/{camera.id}").status_code == 200


def test_more_than_eight_in_all_are_refused_and_nothing_changes(
    app: Flask, as_sam: FlaskClient, camera: Listing
) -> None:
    before = files(app)
    new = [(uploads.jpeg((50, 10)), "50.jpg")] * 6
    response = edit(as_sam, camera.id, *new, title="Other")
    assert response.status_code == 422
    assert list(errors(response)) == ["photos"]
    assert widths(stored(app, camera.id)) == [10, 20, 30]
    assert stored(app, camera.id).title == "Camera"
    assert files(app) == before
    assert edit(as_sam, camera.id, *new, remove=str(camera.photos[0].id)).status_code == 303


@pytest.mark.parametrize("remove", ["0", "-1", "9" * 30])
def test_a_photo_that_is_none_is_removed_without_harm(
    app: Flask, as_sam: FlaskClient, camera: Listing, remove: str
) -> None:
    assert edit(as_sam, camera.id, remove=remove).status_code == 303
    assert widths(stored(app, camera.id)) == [10, 20, 30]


def test_a_photo_id_that_is_no_number_is_refused(as_sam: FlaskClient, camera: Listing) -> None:
    assert edit(as_sam, camera.id, remove="first").status_code == 422


def test_a_photo_of_another_listing_cannot_be_removed(
    app: Flask, as_bea: FlaskClient, camera: Listing
) -> None:
    own = id_in(sell(as_bea))
    assert edit(as_bea, own, remove=str(camera.photos[0].id)).status_code == 303
    assert widths(stored(app, camera.id)) == [10, 20, 30]
    assert as_bea.get(f"/photos/{camera.photos[0].name}", buffered=True).status_code == 200


@pytest.mark.parametrize(
    ("status", "answer"),
    [(Status.AVAILABLE, 403), (Status.RESERVED, 403), (Status.SOLD, 403), (Status.WITHDRAWN, 404)],
)
def test_a_stranger_changes_nothing(
    app: Flask, as_olly: FlaskClient, sam: User, status: Status, answer: int
) -> None:
    listing = cast.listing(app, sam, "Red bicycle", status)
    before = files(app)
    assert as_olly.get(f"/marketplace/{listing}/edit").status_code == answer
    response = edit(as_olly, listing, (uploads.jpeg(), "a.jpg"), title="Mine now")
    assert response.status_code == answer
    assert stored(app, listing, viewer=sam).title == "Red bicycle"
    assert files(app) == before


def test_who_is_not_signed_in_goes_to_the_sign_in(client: FlaskClient, bicycle: int) -> None:
    response = client.get(f"/marketplace/{bicycle}/edit")
    assert response.status_code == 303
    assert response.location.startswith("/login")
    assert edit(client, bicycle).status_code == 401


def test_an_edit_locks_the_listing_before_it_reads_it(
    app: Flask, app_context: None, sam: User, bicycle: int
) -> None:
    details = Details(title="Blue", description="Blue.", price_minor=1, currency="EUR")
    with counted() as statements:
        listings.edit(sam, bicycle, details)
    reads = [statement for statement in statements if "FROM listings" in statement]
    assert reads[0].startswith("SELECT listings.id \nFROM listings")
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("mysql"):
        assert reads[0].endswith("FOR UPDATE")
