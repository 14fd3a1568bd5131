"""The poll brings what is new since a cursor, exactly once, and says nothing new cheaply."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from marketplace.accounts import sign_ins
from marketplace.accounts.models import User
from marketplace.catalogue import listings
from marketplace.catalogue.models import Status
from marketplace.messaging import conversations, messages, places, poll
from marketplace.messaging.models import Conversation, Participant
from marketplace.messaging.views.short_way import ShortWay
from marketplace.storage.database import db, reader, utcnow
from tests.queries import counted


@pytest.fixture(autouse=True, params=["short way", "long way"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of this holds with idle polls answered in front of Flask, and without."""
    if request.param == "long way":
        monkeypatch.setattr(ShortWay, "find_headers", lambda *_: None)


def ask(
    client: FlaskClient, conversation: int, after: object = 0, tag: str | None = None
) -> TestResponse:
    return client.get(
        f"/messages/{conversation}/poll?after={after}",
        headers={"If-None-Match": tag} if tag else {},
    )


def say(app: Flask, user: User, conversation: int, *texts: str) -> None:
    with app.app_context():
        for text in texts:
            messages.send(user, conversation, text, f"id-{hash(text)}")


def bodies(answer: TestResponse) -> list[str]:
    news: Any = answer.json
    return [message["body"] for message in news["messages"]]


def test_a_message_looks_as_the_contract_says(as_sam: FlaskClient, bea: User, asked: int) -> None:
    answer = ask(as_sam, asked)
    news: Any = answer.json
    message = news["messages"][0]
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert (news["has_more"], news["reset"], news["interval"]) == (False, False, 2)
    assert message["sender"] == {"id": bea.id, "name": "Bea"}
    assert (message["seq"], message["kind"], message["body"]) == (
        1,
        "text",
        "Is it still available?",
    )
    assert (message["client_id"], message["reply_to"], message["attachments"]) == (
        "first",
        None,
        [],
    )
    assert message["created_at"].endswith("Z")
    assert len(message["created_at"]) == len("2026-11-20T07:23:00.120Z")
    assert (message["edited_at"], message["deleted"]) == (None, False)
    assert message["version"] == news["cursor"]
    assert message["html"].lstrip().startswith("<li")
    assert news["unread"] == {"messages": 1, "conversations": 1}


def test_the_participants_are_told(as_sam: FlaskClient, sam: User, bea: User, asked: int) -> None:
    news: Any = ask(as_sam, asked).json
    told = {each["id"]: each for each in news["participants"]}
    assert set(told) == {sam.id, bea.id}
    assert (told[sam.id]["role"], told[bea.id]["role"]) == ("seller", "buyer")
    assert told[bea.id]["read_seq"] == 0
    assert told[bea.id]["typing"] is False


def test_without_a_cursor_it_begins_at_the_beginning(as_sam: FlaskClient, asked: int) -> None:
    assert bodies(as_sam.get(f"/messages/{asked}/poll")) == ["Is it still available?"]


def test_only_what_came_after_the_cursor_is_brought(
    app: Flask, as_sam: FlaskClient, bea: User, asked: int
) -> None:
    news: Any = ask(as_sam, asked).json
    say(app, bea, asked, "Hello?")
    assert bodies(ask(as_sam, asked, news["cursor"])) == ["Hello?"]


def test_an_idle_poll_is_one_statement_and_no_body(as_sam: FlaskClient, asked: int) -> None:
    first = ask(as_sam, asked)
    cursor: Any = first.json
    with counted() as statements:
        idle = ask(as_sam, asked, cursor["cursor"], first.headers["ETag"])
    assert idle.status_code == 304
    assert idle.data == b""
    assert len(statements) == 1, statements
    assert "Set-Cookie" not in idle.headers
    assert idle.headers["ETag"] == first.headers["ETag"]
    assert idle.headers["Cache-Control"] == "private, no-cache"


def test_a_proxy_may_have_weakened_the_tag(as_sam: FlaskClient, asked: int) -> None:
    first = ask(as_sam, asked)
    assert ask(as_sam, asked, 0, "W/" + first.headers["ETag"]).status_code == 304


def test_each_change_ends_the_304(
    app: Flask, as_sam: FlaskClient, as_bea: FlaskClient, sam: User, bea: User, asked: int
) -> None:
    def changes(change: Any) -> bool:
        before = ask(as_bea, asked)
        cursor: Any = before.json
        tag = before.headers["ETag"]
        assert ask(as_bea, asked, cursor["cursor"], tag).status_code == 304
        with app.app_context():
            change()
            db.session.commit()
        return ask(as_bea, asked, cursor["cursor"], tag).status_code == 200

    assert changes(lambda: messages.send(sam, asked, "Yes", "yes"))
    assert changes(lambda: conversations.mark_read(sam, asked, 1))
    assert changes(lambda: conversations.mark_read(bea, asked, 2))
    assert changes(lambda: listings.set_status(sam, _listing_of(asked), Status.RESERVED))
    assert changes(lambda: _type(sam))


def test_unread_messages_elsewhere_end_the_304(
    app: Flask, as_sam: FlaskClient, olly: User, asked: int, bicycle: int
) -> None:
    before = ask(as_sam, asked)
    with app.app_context():
        other = conversations.open_about(olly, bicycle)
        messages.send(olly, other, "I take it", "1")
    after = ask(as_sam, asked, 0, before.headers["ETag"])
    news: Any = after.json
    assert news["unread"] == {"messages": 2, "conversations": 2}


def test_typing_of_the_other_shows_and_ends(
    app: Flask, as_sam: FlaskClient, sam: User, bea: User, asked: int
) -> None:
    with app.app_context():
        _type(bea)
        db.session.commit()
    news: Any = ask(as_sam, asked).json
    assert {each["name"]: each["typing"] for each in news["participants"]} == {
        "Sam": False,
        "Bea": True,
    }
    say(app, bea, asked, "Hello?")
    news = ask(as_sam, asked).json
    assert not any(each["typing"] for each in news["participants"])


def test_a_long_backlog_comes_in_pages(
    app: Flask, as_sam: FlaskClient, bea: User, asked: int
) -> None:
    say(app, bea, asked, *(f"text {number}" for number in range(450)))
    cursor, received, sizes, has_more = 0, [], [], True
    while has_more:
        answer = ask(as_sam, asked, cursor)
        news: Any = answer.json
        received += [message["seq"] for message in news["messages"]]
        sizes.append(len(news["messages"]))
        cursor, has_more = news["cursor"], news["has_more"]
    assert sizes == [200, 200, 51]
    assert received == list(range(1, 452))


def test_long_texts_fill_an_answer_sooner_and_none_is_left_out(
    app: Flask, as_sam: FlaskClient, bea: User, asked: int
) -> None:
    say(app, bea, asked, *(f"{number} {'x' * 4990}" for number in range(50)))
    cursor, received, sizes, has_more = 0, [], [], True
    while has_more:
        news: Any = ask(as_sam, asked, cursor).json
        received += [message["seq"] for message in news["messages"]]
        sizes.append(sum(len(message["body"]) for message in news["messages"]))
        cursor, has_more = news["cursor"], news["has_more"]
    assert received == list(range(1, 52))
    assert len(sizes) == 3
    assert all(size <= poll.TEXTS_LENGTH for size in sizes)


def test_a_tag_from_the_middle_of_a_backlog_does_not_hide_the_rest(
    app: Flask, as_sam: FlaskClient, bea: User, asked: int
) -> None:
    say(app, bea, asked, *(f"text {number}" for number in range(250)))
    first = ask(as_sam, asked)
    news: Any = first.json
    assert ask(as_sam, asked, news["cursor"], first.headers["ETag"]).status_code == 200


@pytest.mark.parametrize("after", ["abc", "-1", "", " 1", "+1", "1.0", "٣", 2**63, "[1]", "1e3"])
def test_a_cursor_that_is_none_is_refused(as_sam: FlaskClient, asked: int, after: object) -> None:
    answer = ask(as_sam, asked, after)
    refused: Any = answer.json
    assert answer.status_code == 400
    assert refused["error"]["message"]


def test_two_cursors_are_refused(as_sam: FlaskClient, asked: int) -> None:
    assert as_sam.get(f"/messages/{asked}/poll?after=1&after=2").status_code == 400


@pytest.mark.parametrize("after", [10_000, 2**63 - 1])
def test_a_cursor_beyond_the_conversation_is_an_explicit_reset(
    as_sam: FlaskClient, asked: int, after: int
) -> None:
    """As after a restored backup: never silence, never a 304."""
    tag = ask(as_sam, asked).headers["ETag"]
    news: Any = ask(as_sam, asked, after, tag).json
    assert (news["reset"], news["messages"]) == (True, [])


def test_between_reading_the_version_and_the_rows_nothing_falls_through(
    app_context: None, sam: User, bea: User, asked: int
) -> None:
    """The deterministic form of the lost message.

    A message stored after the version was read is not brought, and the cursor stays below it;
    the next poll brings it. A cursor taken after the rows (``state.version`` read again here)
    would have passed it.
    """
    signed_in = sign_ins.start(sam).id
    state = poll.state_of(reader(), signed_in, asked)
    messages.send(bea, asked, "in between", "2")
    place = places.get_for(sam, asked)
    first = poll.news_since(state, place, 0)
    second = poll.news_since(poll.state_of(reader(), signed_in, asked), place, first.cursor)
    assert [item.seq for item in first.items] == [1]
    assert [item.seq for item in second.items] == [2]


def test_polling_notes_when_somebody_was_seen_and_nothing_else(
    app: Flask, as_sam: FlaskClient, sam: User, bea: User, asked: int
) -> None:
    ask(as_sam, asked)
    with app.app_context():
        assert db.session.get_one(User, sam.id).last_seen_at is not None
        assert db.session.get_one(User, bea.id).last_seen_at is None
        assert db.session.scalar(select(func.sum(Participant.unread))) == 1
        assert db.session.scalar(select(Conversation.version)) == 1


def test_a_sign_in_that_ended_ends_the_poll(
    app: Flask, as_sam: FlaskClient, sam: User, asked: int
) -> None:
    tag = ask(as_sam, asked).headers["ETag"]
    with app.app_context():
        sign_ins.end_all(sam)
    answer = ask(as_sam, asked, 0, tag)
    refused: Any = answer.json
    assert answer.status_code == 401
    assert refused["error"]["code"] == "unauthorized"


def test_a_ban_ends_the_poll(app: Flask, as_sam: FlaskClient, sam: User, asked: int) -> None:
    tag = ask(as_sam, asked).headers["ETag"]
    with app.app_context():
        db.session.execute(update(User).where(User.id == sam.id).values(active=False))
        db.session.commit()
    assert ask(as_sam, asked, 0, tag).status_code == 401


def test_leaving_ends_the_poll(app: Flask, as_sam: FlaskClient, sam: User, asked: int) -> None:
    tag = ask(as_sam, asked).headers["ETag"]
    with app.app_context():
        db.session.execute(
            update(Participant).where(Participant.user_id == sam.id).values(left_at=utcnow())
        )
        db.session.commit()
    assert ask(as_sam, asked, 0, tag).status_code == 404


def test_an_outsider_is_told_the_same_as_about_nothing(as_olly: FlaskClient, asked: int) -> None:
    there, not_there = ask(as_olly, asked), ask(as_olly, 987654)
    assert there.status_code == not_there.status_code == 404
    assert there.data == not_there.data


def test_an_html_bomb_stays_text(app: Flask, as_sam: FlaskClient, bea: User, asked: int) -> None:
    say(app, bea, asked, "</script><img src=x onerror=alert(1)>")
    news: Any = ask(as_sam, asked, 1).json
    assert "<img" not in news["messages"][0]["html"]
    assert "&lt;img" in news["messages"][0]["html"]


def _listing_of(conversation: int) -> int:
    found = db.session.scalar(
        select(Conversation.listing_id).where(Conversation.id == conversation)
    )
    assert found is not None
    return found


def _type(user: User) -> None:
    db.session.execute(
        update(Participant)
        .where(Participant.user_id == user.id)
        .values(typing_until=utcnow().replace(year=2100))
    )
