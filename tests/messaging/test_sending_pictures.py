"""Pictures on the page, in the poll and in the history; and sent by a form, without scripts."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from marketplace.accounts.models import User
from marketplace.catalogue.models import Listing, Status
from marketplace.messaging import messages
from marketplace.messaging.models import Attachment, Message
from marketplace.storage.database import db
from tests.catalogue import uploads
from tests.catalogue.selling import files
from tests.messaging.pictures import post_form, uploaded
from tests.queries import counted

JPEG = (uploads.jpeg((800, 400)), "a.jpg")


def sent_by(app: Flask, user: User, conversation: int, body: str, count: int) -> list[str]:
    """Send a message with pictures; their ids."""
    names = uploaded(app, user, count)
    with app.app_context():
        messages.send(user, conversation, body, f"with {names}"[:64], names)
    return names


def bubbles(page: str) -> list[str]:
    """The inside of every stored message's bubble."""
    stored = re.findall(r'<li class="message[^>]*data-seq.*?</p>\s*</li>', page, re.S)
    return [message.split('class="bubble')[1].split('<p class="meta"')[0] for message in stored]


def stored(app: Flask) -> tuple[int, int]:
    """How many messages and pictures there are."""
    with app.app_context():
        return (
            db.session.scalar(select(func.count()).select_from(Message)) or 0,
            db.session.scalar(select(func.count()).select_from(Attachment)) or 0,
        )


def test_a_form_sends_pictures_without_scripts(
    app: Flask, as_bea: FlaskClient, as_sam: FlaskClient, conversation: int
) -> None:
    answer = post_form(as_bea, conversation, JPEG, JPEG, body="Look")
    assert answer.status_code == 303
    (bubble,) = bubbles(as_sam.get(f"/messages/{conversation}").text)
    assert "Look" in bubble
    pictures = re.findall(r"<img[^>]*>", bubble)
    assert len(pictures) == 2
    for picture in pictures:
        assert re.search(r'src="/api/v1/attachments/[\w-]{43}\?size=thumb"', picture)
        assert 'width="320" height="160"' in picture
        assert 'alt="Photo from Bea"' in picture
        address = re.findall(r'src="([^"]+)"', picture)[0]
        assert as_sam.get(address, buffered=True).status_code == 200


def test_a_picture_alone_makes_no_empty_text(
    as_bea: FlaskClient, as_sam: FlaskClient, conversation: int
) -> None:
    assert post_form(as_bea, conversation, JPEG).status_code == 303
    (bubble,) = bubbles(as_sam.get(f"/messages/{conversation}").text)
    assert "<img" in bubble
    assert 'class="body"' not in bubble
    (own,) = bubbles(as_bea.get(f"/messages/{conversation}").text)
    assert 'alt="Photo from you"' in own


def test_without_text_and_picture_nothing_is_sent(
    app: Flask, as_bea: FlaskClient, conversation: int
) -> None:
    assert post_form(as_bea, conversation).status_code == 422
    assert stored(app) == (0, 0)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"just a text", "notes.jpg"),
        (uploads.SVG, "drawing.svg"),
        (uploads.HTML, "page.png"),
        (uploads.bomb(), "bomb.png"),
    ],
    ids=["text", "svg", "html", "bomb"],
)
def test_one_that_is_no_picture_keeps_the_text_and_sends_nothing(
    app: Flask, as_bea: FlaskClient, conversation: int, content: bytes, name: str
) -> None:
    before = files(app)
    refused = post_form(as_bea, conversation, JPEG, (content, name), body="my long text")
    assert refused.status_code == 422
    assert f"“{name}”" in refused.text
    assert "my long text" in refused.text
    assert stored(app) == (0, 0)
    assert files(app) == before


def test_a_name_that_is_markup_is_shown_as_text(as_bea: FlaskClient, conversation: int) -> None:
    name = "</script><img src=x onerror=alert(1)>.jpg"
    page = post_form(as_bea, conversation, (b"", name), (b"x", name)).text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_five_are_too_many_and_none_is_decoded(
    app: Flask, as_bea: FlaskClient, conversation: int
) -> None:
    refused = post_form(as_bea, conversation, *[(b"no picture", "a.jpg")] * 5, body="my text")
    assert refused.status_code == 422
    assert "A message has at most 4 photos." in refused.text
    assert "“a.jpg”" not in refused.text
    assert "my text" in refused.text


def test_a_text_too_long_leaves_no_pictures_behind(
    app: Flask, as_bea: FlaskClient, conversation: int
) -> None:
    assert post_form(as_bea, conversation, JPEG, body="x" * 5001).status_code == 422
    assert stored(app) == (0, 0)


def test_when_nobody_can_write_no_picture_is_stored(
    app: Flask, as_bea: FlaskClient, conversation: int
) -> None:
    with app.app_context():
        db.session.execute(update(Listing).values(status=Status.SOLD))
        db.session.commit()
    refused = post_form(as_bea, conversation, JPEG, body="my text")
    assert refused.status_code == 403
    assert "my text" in refused.text
    assert stored(app) == (0, 0)


def test_an_outsiders_pictures_are_not_stored(
    app: Flask, as_olly: FlaskClient, conversation: int
) -> None:
    assert post_form(as_olly, conversation, JPEG).status_code == 404
    assert stored(app) == (0, 0)


def test_a_form_sent_twice_is_one_message(
    app: Flask, as_bea: FlaskClient, conversation: int
) -> None:
    """Mechanism: ``_was_sent``, as the second time the pictures have other ids."""
    for _ in range(2):
        answer = post_form(as_bea, conversation, JPEG, body=" Look ", client_id="same")
        assert answer.status_code == 303
    assert stored(app)[0] == 1
    other = post_form(as_bea, conversation, JPEG, body="something else", client_id="same")
    assert other.status_code == 409
    assert stored(app)[0] == 1


def test_the_poll_and_the_history_bring_them(
    app: Flask, as_sam: FlaskClient, bea: User, asked: int
) -> None:
    names = sent_by(app, bea, asked, "", 2)
    for path in ("poll", "history"):
        told: Any = as_sam.get(f"/messages/{asked}/{path}").json
        without, with_two = told["messages"]
        assert without["attachments"] == []
        assert [each["id"] for each in with_two["attachments"]] == names
        assert with_two["attachments"][0] == {
            "id": names[0],
            "width": 400,
            "height": 200,
            "url": f"/api/v1/attachments/{names[0]}",
            "thumb_url": f"/api/v1/attachments/{names[0]}?size=thumb",
        }
        assert "<img" not in without["html"]
        assert with_two["html"].count("<img") == 2


def test_pictures_cost_one_statement_and_their_absence_none(
    app: Flask, as_sam: FlaskClient, bea: User, asked: int
) -> None:
    """Mechanism: ``attachment_count`` in a message's row."""

    def statements_of(path: str) -> int:
        with counted() as statements:
            assert as_sam.get(f"/messages/{asked}{path}").status_code == 200
        return sum("attachments" in statement for statement in statements)

    statements_of("/poll")  # notes that Sam was seen
    paths = ("/poll", "/history", "")
    assert [statements_of(path) for path in paths] == [0, 0, 0]
    for _ in range(3):
        sent_by(app, bea, asked, "Look", 4)
    assert [statements_of(path) for path in paths] == [1, 1, 1]
    assert statements_of("/poll?after=99999") == 0
    cursor: Any = as_sam.get(f"/messages/{asked}/poll").json
    with app.app_context():
        messages.send(bea, asked, "no picture", "none")
    assert statements_of(f"/poll?after={cursor['cursor']}") == 0


def test_the_inbox_says_what_it_is(
    app: Flask, as_sam: FlaskClient, bea: User, conversation: int
) -> None:
    for body, count, preview in (("", 1, "1 photo"), ("", 2, "2 photos"), ("Look", 1, "Look")):
        sent_by(app, bea, conversation, body, count)
        assert f'<span data-preview dir="auto">{preview}</span>' in as_sam.get("/messages").text
