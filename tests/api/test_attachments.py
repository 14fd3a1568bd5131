"""Uploading a picture and getting it back: safely, and only who may."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from marketplace.messaging import conversations, messages
from marketplace.messaging.models import Attachment, Participant
from marketplace.storage.database import db, utcnow
from tests import cast
from tests.api.test_conversations import error_of, send
from tests.cast import place_in
from tests.catalogue import uploads
from tests.catalogue.selling import files
from tests.messaging.pictures import API, post, uploaded

EVIL_NAME = '"></script><img src=x onerror=alert(1)>.jpg'


@pytest.fixture
def conversation(app: Flask, bea: User, bicycle: int) -> int:
    with app.app_context():
        return conversations.open_about(bea, bicycle)


@pytest.fixture
def picture(app: Flask, bea: User, conversation: int) -> str:
    """The address of a picture that Bea has sent."""
    names = uploaded(app, bea)
    with app.app_context():
        messages.send(bea, conversation, "", "a", names)
    return f"{API}/{names[0]}"


def stored(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Attachment)) or 0


def put(client: FlaskClient, content: bytes, name: str = "a.jpg") -> dict[str, Any]:
    answer = post(client, content, name)
    assert answer.status_code == 201, answer.text
    told: Any = answer.json
    return told  # type: ignore[no-any-return]


def test_an_upload_says_where_it_is_and_how_large(as_bea: FlaskClient) -> None:
    told = put(as_bea, uploads.jpeg((2400, 1200)))
    address = f"{API}/{told['id']}"
    assert told == {
        "id": told["id"],
        "width": 1600,
        "height": 800,
        "url": address,
        "thumb_url": f"{address}?size=thumb",
    }
    assert len(told["id"]) == 43
    for where, size in (("url", (1600, 800)), ("thumb_url", (480, 240))):
        answer = as_bea.get(told[where], buffered=True)
        assert Image.open(io.BytesIO(answer.data)).size == size


def test_a_message_brings_its_pictures(as_bea: FlaskClient, conversation: int) -> None:
    told = [put(as_bea, uploads.jpeg()) for _ in range(2)]
    ids = [each["id"] for each in told]
    first = send(as_bea, conversation, client_id="a", attachment_ids=ids)
    again = send(as_bea, conversation, body="", client_id="a", attachment_ids=ids)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    message: Any = first.json
    assert (message["body"], message["attachments"]) == ("", told)


def test_other_pictures_under_the_same_id_are_a_conflict(
    as_bea: FlaskClient, conversation: int
) -> None:
    ids = [put(as_bea, uploads.jpeg())["id"] for _ in range(2)]
    send(as_bea, conversation, body="Look", client_id="a", attachment_ids=ids[:1])
    for wrong in ([], ids, ids[1:]):
        refused = send(as_bea, conversation, body="Look", client_id="a", attachment_ids=wrong)
        assert refused.status_code == 409


@pytest.mark.parametrize(
    "ids",
    ["x", [5], [None], ["x"], ["x" * 43], ["a\0b"], ["\ud83d"], [["x"]], ["x" * 43] * 5, None],
)
def test_ids_that_are_none_are_refused(
    app: Flask, as_bea: FlaskClient, conversation: int, ids: object
) -> None:
    refused = send(as_bea, conversation, body="Look", attachment_ids=ids)
    assert refused.status_code == 422
    assert error_of(refused)["field"] == "attachment_ids"
    with app.app_context():
        assert messages.latest(place_in(conversation)) == ([], False)


def test_a_picture_comes_with_what_keeps_it_harmless_and_private(
    as_sam: FlaskClient, picture: str
) -> None:
    answer = as_sam.get(picture, buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert answer.headers.get_all("Content-Security-Policy") == ["sandbox; default-src 'none'"]
    assert answer.headers.get_all("Cache-Control") == ["private, no-cache"]
    again = as_sam.get(picture, headers={"If-None-Match": answer.headers["ETag"]}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")


def test_place_comment_profile_and_tail_are_gone(app: Flask, as_bea: FlaskClient) -> None:
    told = put(as_bea, uploads.with_secrets())
    assert (told["width"], told["height"]) == (200, 400), "it is upright"
    for where in ("url", "thumb_url"):
        content = as_bea.get(told[where], buffered=True).data
        assert b"SECRET" not in content
        assert b"Exif" not in content
        assert not set(Image.open(io.BytesIO(content)).info) & {"exif", "icc_profile", "comment"}


def test_nobody_else_sees_it_before_it_is_sent(
    client: FlaskClient, as_sam: FlaskClient, as_bea: FlaskClient, as_olly: FlaskClient
) -> None:
    told = put(as_bea, uploads.jpeg())
    for where in (told["url"], told["thumb_url"]):
        assert statuses(where, as_bea, as_sam, as_olly, client) == [200, 404, 404, 401]


def test_only_participants_see_it_once_it_is_sent(
    app: Flask,
    client: FlaskClient,
    bea: User,
    as_sam: FlaskClient,
    as_bea: FlaskClient,
    as_olly: FlaskClient,
    picture: str,
) -> None:
    for where in (picture, f"{picture}?size=thumb"):
        assert statuses(where, as_bea, as_sam, as_olly, client) == [200, 200, 404, 401]
    with app.app_context():
        db.session.execute(
            update(Participant).where(Participant.user_id == bea.id).values(left_at=utcnow())
        )
        db.session.commit()
    for where in (picture, f"{picture}?size=thumb"):
        assert statuses(where, as_bea, as_sam, as_olly, client) == [404, 200, 404, 401]


def test_a_stranger_is_told_the_same_as_about_nothing(as_olly: FlaskClient, picture: str) -> None:
    there, not_there = as_olly.get(picture), as_olly.get(f"{API}/{'x' * 43}")
    assert there.status_code == not_there.status_code == 404
    assert there.data == not_there.data
    assert "max-age" not in there.headers.get("Cache-Control", "")


@pytest.mark.parametrize("name", ["x", "..%2f..%2fsecret_key", "a%00b", "%ed%a0%bd", "." * 43])
def test_no_other_file_is_served(as_bea: FlaskClient, name: str) -> None:
    for size in ("", "?size=thumb"):
        assert as_bea.get(f"{API}/{name}{size}").status_code == 404


def test_there_is_no_third_size(as_bea: FlaskClient, picture: str) -> None:
    assert as_bea.get(f"{picture}?size=huge").status_code == 422


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
        (uploads.encoded(uploads.halves(), "GIF"), "old.gif"),
    ],
    ids=["text", "empty", "svg", "svg as png", "html", "cut", "bomb", "gif"],
)
def test_what_is_no_picture_is_refused(
    app: Flask, as_bea: FlaskClient, content: bytes, name: str
) -> None:
    before = files(app)
    refused = post(as_bea, content, name)
    assert refused.status_code == 422
    assert error_of(refused)["field"] == "file"
    assert name in error_of(refused)["message"]
    assert files(app) == before
    assert stored(app) == 0


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": {}, "content_type": "multipart/form-data"}, 422),
        ({"data": {"file": "a text"}, "content_type": "multipart/form-data"}, 422),
        ({"data": {"picture": (uploads.jpeg(), "a.jpg")}}, 422),
        ({"json": {"file": "x"}}, 415),
        ({"data": uploads.jpeg(), "content_type": "image/jpeg"}, 415),
        ({"data": "file=x", "content_type": "text/plain"}, 415),
    ],
    ids=["nothing", "text", "other field", "json", "bare", "plain"],
)
def test_another_form_of_request_is_refused(
    app: Flask, as_bea: FlaskClient, sent: dict[str, Any], status: int
) -> None:
    if isinstance(data := sent.get("data"), dict) and "picture" in data:
        content, name = data["picture"]
        sent = {"data": {"picture": (io.BytesIO(content), name)}}  # a file is read but once
    refused = as_bea.post(API, headers={"X-CSRFToken": cast.token(as_bea)}, **sent)
    assert refused.status_code == status
    error_of(refused)
    assert stored(app) == 0


@pytest.mark.parametrize("headers", [{}, {"X-CSRFToken": "wrong"}])
def test_without_the_csrf_token_nothing_is_stored(
    app: Flask, as_bea: FlaskClient, headers: dict[str, str]
) -> None:
    data = {"file": (io.BytesIO(uploads.jpeg()), "a.jpg")}
    refused = as_bea.post(API, data=data, headers=headers)
    assert refused.status_code == 400
    assert error_of(refused)["code"] == "csrf"
    assert stored(app) == 0


def test_a_files_name_is_shown_nowhere(
    as_sam: FlaskClient, as_bea: FlaskClient, conversation: int
) -> None:
    uploaded_as = post(as_bea, uploads.jpeg(), EVIL_NAME)
    told: Any = uploaded_as.json
    sent = send(as_bea, conversation, attachment_ids=[told["id"]])
    page = as_sam.get(f"/messages/{conversation}")
    poll = as_sam.get(f"/messages/{conversation}/poll")
    served = as_sam.get(told["url"], buffered=True)
    for answer in (uploaded_as, sent, page, poll):
        assert "onerror" not in answer.text
    assert "onerror" not in str(served.headers)
    assert b"onerror" not in served.data


def test_it_is_described(client: FlaskClient) -> None:
    described: Any = client.get("/api/v1/openapi.json").json
    body = described["paths"][API]["post"]["requestBody"]["content"]
    assert list(body) == ["multipart/form-data"]
    shown = described["paths"][f"{API}/{{attachment_id}}"]["get"]
    assert list(shown["responses"]["200"]["content"]) == ["image/jpeg"]
    assert "size" in [each["name"] for each in shown["parameters"]]


def statuses(address: str, *browsers: FlaskClient) -> list[int]:
    return [answer_of(browser, address).status_code for browser in browsers]


def answer_of(browser: FlaskClient, address: str) -> TestResponse:
    return browser.get(address, buffered=True)
