"""Photos: sent with the form, kept as files, served to everybody."""

import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.exc import OperationalError

from marketplace.accounts.models import User
from marketplace.catalogue import listings
from marketplace.catalogue.details import Details
from marketplace.catalogue.photos import photos
from marketplace.storage import decoding, images
from tests.catalogue import uploads
from tests.catalogue.selling import errors, files, id_in, sell, stored
from tests.queries import heard

DETAILS = Details(title="Red bicycle", description="Rides well.", price_minor=1, currency="EUR")


def first_photo(app: Flask, client: FlaskClient) -> str:
    """The address of the only photo of a new listing."""
    listing = stored(app, id_in(sell(client, (uploads.with_secrets(), "../../evil.php"))))
    return f"/photos/{listing.photos[0].name}"


def test_they_keep_their_order_and_know_their_size(app: Flask, as_sam: FlaskClient) -> None:
    sent = [(uploads.jpeg((number * 10, 20)), f"{number}.jpg") for number in range(1, 9)]
    listing = stored(app, id_in(sell(as_sam, *sent)))
    assert [photo.position for photo in listing.photos] == list(range(8))
    assert [photo.width for photo in listing.photos] == list(range(10, 90, 10))
    assert {photo.height for photo in listing.photos} == {20}


def test_each_is_stored_as_two_files_with_random_names(app: Flask, as_sam: FlaskClient) -> None:
    before = files(app)
    listing = stored(app, id_in(sell(as_sam, *[(uploads.jpeg(), "same.jpg")] * 3)))
    names = {photo.name for photo in listing.photos}
    assert len(names) == 3
    added = {path.name for path in files(app) - before}
    assert added == {f"{name}{end}" for name in names for end in (".jpg", "-thumb.jpg")}


def test_the_page_reserves_their_space(app: Flask, as_sam: FlaskClient) -> None:
    response = sell(as_sam, (uploads.jpeg((800, 600)), "a.jpg"), (uploads.jpeg(), "b.jpg"))
    for path in (response.location, "/marketplace"):
        pictures = re.findall(r'<img[^>]*src="/photos/[^>]*>', as_sam.get(path).text)
        assert pictures
        assert all(re.search(r'width="\d+" height="\d+"', picture) for picture in pictures)


def test_a_photo_is_served_safely_and_for_good(
    app: Flask, client: FlaskClient, as_sam: FlaskClient
) -> None:
    response = client.get(first_photo(app, as_sam), buffered=True)
    assert (response.status_code, response.mimetype) == (200, "image/jpeg")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in response.headers
    assert Image.open(io.BytesIO(response.data)).size == (200, 400)
    assert b"SECRET" not in response.data


def test_a_browser_that_has_it_gets_no_second_copy(
    app: Flask, client: FlaskClient, as_sam: FlaskClient
) -> None:
    path = first_photo(app, as_sam)
    etag = client.get(path, buffered=True).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": etag}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")


def test_the_thumbnail_is_small(app: Flask, as_sam: FlaskClient) -> None:
    listing = stored(app, id_in(sell(as_sam, (uploads.jpeg((1000, 500)), "a.jpg"))))
    response = as_sam.get(f"/photos/{listing.photos[0].name}?size=thumb", buffered=True)
    assert Image.open(io.BytesIO(response.data)).size == (480, 240)


@pytest.mark.parametrize(
    "name",
    ["x", "x" * 43, "..%2f..%2fsecret_key", "%2e%2e%2f%2e%2e%2fsecret_key", "a%00b", "." * 43],
)
def test_no_other_file_is_served(client: FlaskClient, name: str) -> None:
    for size in ("", "?size=thumb"):
        assert client.get(f"/photos/{name}{size}").status_code == 404


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"just a text", "holiday.jpg"),
        (b"", "empty.jpg"),
        (uploads.SVG, "drawing.svg"),
        (uploads.SVG, "drawing.png"),
        (uploads.HTML, "page.jpg"),
        (uploads.jpeg()[:900], "cut.jpg"),
        (uploads.bomb(), "bomb.png"),
    ],
    ids=["text", "empty", "svg", "svg as png", "html", "cut", "bomb"],
)
def test_a_file_that_is_no_photo_is_refused_by_name(
    app: Flask, as_sam: FlaskClient, content: bytes, name: str
) -> None:
    before = files(app)
    response = sell(as_sam, (uploads.jpeg(), "good.jpg"), (content, name))
    assert response.status_code == 422
    assert list(errors(response)) == ["photos"]
    assert name in errors(response)["photos"]
    assert "good.jpg" not in errors(response)["photos"]
    assert "Rides well." in response.text
    assert files(app) == before
    assert "Nothing is for sale yet." in as_sam.get("/marketplace").text


def test_a_name_that_is_markup_is_shown_as_text(as_sam: FlaskClient) -> None:
    page = sell(as_sam, (b"", "<img src=x onerror=alert(1)>.jpg")).text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_nine_photos_are_one_too_many(app: Flask, as_sam: FlaskClient) -> None:
    before = files(app)
    response = sell(as_sam, *[(uploads.jpeg((8, 8)), "a.jpg")] * 9)
    assert list(errors(response)) == ["photos"]
    assert files(app) == before


def test_the_name_does_not_decide_what_a_file_is(app: Flask, as_sam: FlaskClient) -> None:
    png = uploads.encoded(uploads.halves(), "PNG")
    assert stored(app, id_in(sell(as_sam, (png, "notes.txt")))).photos


def test_when_the_listing_cannot_be_stored_its_files_go(app: Flask, as_sam: FlaskClient) -> None:
    before = files(app)
    with refusing("INSERT INTO photos"), pytest.raises(OperationalError):
        sell(as_sam, (uploads.jpeg(), "a.jpg"))
    assert files(app) == before
    assert "Nothing is for sale yet." in as_sam.get("/marketplace").text


def test_when_a_file_cannot_be_written_nothing_stays(
    app: Flask, app_context: None, sam: User
) -> None:
    before = files(app)
    picture = images.encode(uploads.halves())
    broken = images.Picture(picture.large, None, 1, 1)  # type: ignore[arg-type]
    with pytest.raises(TypeError), photos.saved([picture, broken]):
        pytest.fail("the block runs only once all files are there")
    assert files(app) == before


def test_the_files_are_there_before_the_row_is(app: Flask, app_context: None, sam: User) -> None:
    with photos.saved([images.encode(uploads.halves())]) as saved:
        assert photos.get_file(saved[0].name).read_bytes()
        assert photos.get_file(saved[0].name, thumb=True).read_bytes()
        listings.create(sam, DETAILS, saved)


def test_no_unfinished_file_is_left_or_served(app: Flask, as_sam: FlaskClient) -> None:
    sell(as_sam, (uploads.jpeg(), "a.jpg"))
    assert {path.suffix for path in files(app)} == {".jpg"}


def test_many_at_once_are_all_read(app: Flask) -> None:
    read: list[images.Picture] = []

    def read_one() -> None:
        with decoding.kept(io.BytesIO(uploads.jpeg())) as (kind, file):
            read.append(decoding.decode(kind, file))

    threads = [threading.Thread(target=read_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read) == 8


@contextmanager
def refusing(start: str) -> Iterator[None]:
    """A database that fails at this statement."""

    def refuse(statement: str) -> None:
        if statement.startswith(start):
            raise OperationalError(statement, {}, Exception(0, "the disk is full"))

    with heard(refuse):
        yield
