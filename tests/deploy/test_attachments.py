"""Pictures in messages behind nginx: the application says who may, nginx sends the file."""

import json
from dataclasses import dataclass

import pytest

from marketplace.messaging import conversations, messages
from marketplace.web import uploads
from tests import cast
from tests.catalogue.uploads import jpeg
from tests.deploy.asking import Answer, ask, multipart
from tests.deploy.conftest import Deployed


@dataclass(frozen=True)
class Sent:
    """A picture that Bea has uploaded through nginx and sent to Sam, and everybody's cookies."""

    address: str
    bea: str
    sam: str
    olly: str


@pytest.fixture(scope="module")
def sent(deployed: Deployed) -> Sent:
    app = deployed.app
    sam, bea, olly = (cast.person(app, name) for name in ("Sam", "Bea", "Olly"))
    cookies = {each.name: cast.cookie_and_token(app, each) for each in (sam, bea, olly)}
    cookie, token = cookies["Bea"]
    body, kind = multipart({}, file=jpeg((1200, 600)))
    answer = ask(
        deployed.nginx.port,
        "/api/v1/attachments",
        "POST",
        body,
        Cookie=cookie,
        Content_Type=kind,
        X_CSRFToken=token,
    )
    assert answer.status == 201, answer.body
    told = json.loads(answer.body)
    with app.app_context():
        conversation = conversations.open_about(bea, cast.listing(app, sam, "Red bicycle"))
        messages.send(bea, conversation, "", "a", [told["id"]])
    return Sent(told["url"], cookie, cookies["Sam"][0], cookies["Olly"][0])


def assert_is_picture(answer: Answer) -> None:
    """As the application would have sent it itself."""
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.body.startswith(b"\xff\xd8")
    for name, value in uploads.headers("private").items():
        assert answer.headers.get_all(name) == [value]


def test_nginx_sends_the_file_with_the_applications_headers(deployed: Deployed, sent: Sent):
    answer = ask(deployed.nginx.port, sent.address, Cookie=sent.sam)
    assert_is_picture(answer)
    name = sent.address.rsplit("/", 1)[1]
    assert answer.body == (deployed.uploads / "attachments" / f"{name}.jpg").read_bytes()
    assert "X-Accel-Redirect" not in answer.headers


def test_the_application_itself_sent_no_byte(deployed: Deployed, sent: Sent):
    answer = ask(deployed.server.port, sent.address, Cookie=sent.sam)
    assert answer.body == b""
    assert answer.headers["X-Accel-Redirect"].startswith("/_uploads/attachments/")


def test_a_thumbnail_is_another_file(deployed: Deployed, sent: Sent):
    thumb = ask(deployed.nginx.port, f"{sent.address}?size=thumb", Cookie=sent.bea)
    assert_is_picture(thumb)
    assert thumb.body != ask(deployed.nginx.port, sent.address, Cookie=sent.bea).body


def test_a_picture_the_browser_has_is_not_sent_again(deployed: Deployed, sent: Sent):
    tag = ask(deployed.nginx.port, sent.address, Cookie=sent.sam).headers["ETag"]
    again = ask(deployed.nginx.port, sent.address, Cookie=sent.sam, If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")


def test_nobody_else_gets_a_byte(deployed: Deployed, sent: Sent):
    name = sent.address.rsplit("/", 1)[1]
    refused = {
        404: ask(deployed.nginx.port, sent.address, Cookie=sent.olly),
        401: ask(deployed.nginx.port, sent.address),
    }
    for status, answer in refused.items():
        assert answer.status == status
        assert b"\xff\xd8" not in answer.body
        assert "immutable" not in answer.headers.get("Cache-Control", "")
    for way in (f"/_uploads/attachments/{name}.jpg", f"/photos/{name}"):
        assert ask(deployed.nginx.port, way, Cookie=sent.sam).status == 404
