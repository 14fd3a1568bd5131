"""Photos behind nginx: the application says which, nginx sends the file."""

import re

import pytest

from marketplace.web.uploads import headers
from tests import cast
from tests.catalogue import uploads
from tests.deploy.asking import Answer, ask, multipart
from tests.deploy.conftest import Deployed


@pytest.fixture(scope="module")
def photo(deployed: Deployed) -> str:
    """The address of a photo that Sam has uploaded through nginx."""
    cookie, token = cast.cookie_and_token(deployed.app, cast.person(deployed.app, "Sam"))
    fields = {
        "csrf_token": token,
        "title": "Red bicycle",
        "description": "Rides well.",
        "price": "120",
        "currency": "EUR",
    }
    body, kind = multipart(fields, photos=uploads.jpeg((1200, 600)))
    sold = ask(
        deployed.nginx.port, "/marketplace/new", "POST", body, Cookie=cookie, Content_Type=kind
    )
    assert sold.status == 303, sold.body
    page = ask(deployed.nginx.port, sold.headers["Location"]).body.decode()
    found = re.search(r"/photos/[\w-]{43}", page)
    assert found
    return found[0]


def assert_is_photo(answer: Answer) -> None:
    """As the application would have sent it itself."""
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.body.startswith(b"\xff\xd8")
    for name, value in headers("public").items():
        assert answer.headers.get_all(name) == [value]


def test_nginx_sends_the_file_with_the_applications_headers(deployed: Deployed, photo: str):
    answer = ask(deployed.nginx.port, photo)
    assert_is_photo(answer)
    name = photo.rsplit("/", 1)[1]
    assert answer.body == (deployed.uploads / "photos" / f"{name}.jpg").read_bytes()
    assert answer.headers.get_all("X-Request-ID")
    assert "X-Accel-Redirect" not in answer.headers


def test_the_application_itself_sent_no_byte(deployed: Deployed, photo: str):
    answer = ask(deployed.server.port, photo)
    assert answer.body == b""
    assert answer.headers["X-Accel-Redirect"].startswith("/_uploads/photos/")


def test_a_thumbnail_is_another_file(deployed: Deployed, photo: str):
    thumb = ask(deployed.nginx.port, f"{photo}?size=thumb")
    assert_is_photo(thumb)
    assert thumb.body != ask(deployed.nginx.port, photo).body


def test_a_photo_the_browser_has_is_not_sent_again(deployed: Deployed, photo: str):
    tag = ask(deployed.nginx.port, photo).headers["ETag"]
    again = ask(deployed.nginx.port, photo, If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")


def test_nobody_gets_at_the_files_past_the_application(deployed: Deployed, photo: str):
    name = photo.rsplit("/", 1)[1]
    for way in (f"/_uploads/photos/{name}.jpg", f"/x/..//_uploads/photos/{name}.jpg"):
        answer = ask(deployed.nginx.port, way)
        assert answer.status == 404
        assert b"\xff\xd8" not in answer.body
    climbing = ask(deployed.nginx.port, "/photos/..%2f..%2fserver.log")
    assert climbing.status in (400, 404)
