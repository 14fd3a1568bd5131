"""What was written before somebody joined is not there for them, on no way to a message.

Mechanism: the range of a ``Place``, which every reader of messages takes.
"""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from marketplace.accounts.models import User
from marketplace.messaging import conversations, inbox, messages, places
from marketplace.messaging.attachments import pictures
from marketplace.messaging.models import Participant
from marketplace.storage.database import db, transaction
from marketplace.texts.errors import NotFoundError
from tests.messaging.pictures import uploaded
from tests.messaging.polling import ask

QUESTION, THANKS = "Is it still available?", "Thank you for the lamp"


@pytest.fixture
def picture(app: Flask, bea: User, asked: int) -> str:
    """The id of one that Bea sends after her question, and thanks after it."""
    [sent] = uploaded(app, bea)
    with app.app_context():
        messages.send(bea, asked, "Here it is", "2", [sent])
        messages.send(bea, asked, THANKS, "3")
    return sent


@transaction
def join(user: User, conversation: int, first_seq: int) -> None:
    mine = (Participant.conversation_id == conversation) & (Participant.user_id == user.id)
    db.session.execute(update(Participant).where(mine).values(first_seq=first_seq))
    conversations.raise_version(conversation)


@pytest.fixture
def joined_last(app: Flask, sam: User, asked: int, picture: str) -> int:
    """The conversation, of which Sam sees the thanks only."""
    with app.app_context():
        join(sam, asked, 3)
    return asked


def test_the_page_the_history_and_the_poll_begin_there(
    as_sam: FlaskClient, as_bea: FlaskClient, joined_last: int
) -> None:
    for browser, seen in ((as_sam, [3]), (as_bea, [1, 2, 3])):
        page = browser.get(f"/messages/{joined_last}").text
        assert [seq for seq in (1, 2, 3) if f'id="m{seq}"' in page] == seen
        for path in ("poll", "history"):
            found = browser.get(f"/messages/{joined_last}/{path}").json["messages"]
            assert [each["seq"] for each in found] == seen


def test_a_search_finds_nothing_before_it(
    app_context: None, sam: User, bea: User, joined_last: int
) -> None:
    for person, question, thanks in ((sam, 0, 1), (bea, 1, 1)):
        found = [len(inbox.inbox_of(person, q=q).rows) for q in ("available", "thank")]
        assert found == [question, thanks]


def test_a_picture_of_before_is_nowhere(
    app_context: None, sam: User, bea: User, joined_last: int, picture: str
) -> None:
    assert pictures.get_for(bea, picture).id == picture
    with pytest.raises(NotFoundError):
        pictures.get_for(sam, picture)


def test_what_is_unread_is_counted_from_there(
    app_context: None, sam: User, joined_last: int
) -> None:
    conversations.mark_read(sam, joined_last, 1)
    assert places.get_for(sam, joined_last).unread == 1


def test_a_change_of_before_is_no_news(
    app: Flask, as_sam: FlaskClient, sam: User, bea: User, asked: int, picture: str
) -> None:
    before = ask(as_sam, asked)
    assert [each["seq"] for each in before.json["messages"]] == [1, 2, 3]
    with app.app_context():
        join(sam, asked, 4)
        messages.send(bea, asked, "And now?", "4")
    news = as_sam.get(f"/messages/{asked}/poll?after=1").json
    assert [each["seq"] for each in news["messages"]] == [4]
    assert news["cursor"] > before.json["cursor"]
