"""Blocking silences both, on every way to the other, and hides nothing that was written."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select, update

from marketplace.accounts.models import User
from marketplace.catalogue import listings
from marketplace.catalogue.models import Photo, Status
from marketplace.messaging import (
    blocks,
    conversations,
    inbox,
    messages,
    participants,
    places,
    policy,
)
from marketplace.messaging.models import Block, Conversation
from marketplace.messaging.policy import ClosedError
from marketplace.storage.database import db, utcnow
from marketplace.texts.errors import ForbiddenError, NotFoundError
from tests import cast
from tests.cast import place_in
from tests.messaging.test_system_lines import AS_IT_IS
from tests.queries import heard

BLOCKER, BLOCKED = "You blocked Bea.", "It is not possible to write here."


@pytest.fixture
def blocked(app: Flask, sam: User, bea: User, asked: int) -> int:
    """Their conversation, after Sam has blocked Bea."""
    with app.app_context():
        blocks.block(sam, bea.id)
    return asked


def version_of(conversation: int) -> int:
    statement = select(Conversation.version).where(Conversation.id == conversation)
    return db.session.scalar(statement) or 0


def closed(user: User, conversation: int) -> str | None:
    return policy.closed(places.get_for(user, conversation))


def test_each_side_reads_a_sentence_of_its_own(
    app_context: None, sam: User, bea: User, blocked: int
) -> None:
    assert (closed(sam, blocked), closed(bea, blocked)) == (BLOCKER, BLOCKED)


def test_neither_can_send(app_context: None, sam: User, bea: User, blocked: int) -> None:
    for person, sentence in ((sam, BLOCKER), (bea, BLOCKED)):
        with pytest.raises(ClosedError, match=sentence):
            messages.send(person, blocked, "Hello?", "2")
    assert [item.seq for item in messages.latest(place_in(blocked))[0]] == [1]


def test_neither_can_begin_about_something_else(
    app: Flask, sam: User, bea: User, blocked: int
) -> None:
    lamp, sofa = cast.listing(app, bea, "Lamp"), cast.listing(app, sam, "Sofa")
    with app.app_context():
        for person, listing in ((sam, lamp), (bea, sofa)):
            with pytest.raises(ClosedError):
                conversations.open_about(person, listing)
        assert db.session.scalar(select(func.count()).select_from(Conversation)) == 1


def test_others_write_and_are_written_to(
    app_context: None, sam: User, bea: User, olly: User, bicycle: int, blocked: int
) -> None:
    other = conversations.open_about(olly, bicycle)
    messages.send(olly, other, "I take it", "1")
    messages.send(sam, other, "Good", "2")
    assert closed(olly, other) is closed(sam, other) is None


def test_what_was_begun_is_found_again(
    app_context: None, bea: User, bicycle: int, blocked: int
) -> None:
    assert conversations.open_about(bea, bicycle) == blocked


def test_unblocking_opens_it_again(app_context: None, sam: User, bea: User, blocked: int) -> None:
    blocks.unblock(sam, bea.id)
    messages.send(bea, blocked, "Hello?", "2")
    assert closed(sam, blocked) is closed(bea, blocked) is None


def test_nobody_takes_back_the_others_block(
    app_context: None, sam: User, bea: User, blocked: int
) -> None:
    blocks.unblock(bea, sam.id)
    assert (closed(sam, blocked), closed(bea, blocked)) == (BLOCKER, BLOCKED)


def test_blocking_twice_is_blocking_once(
    app_context: None, sam: User, bea: User, blocked: int
) -> None:
    blocks.block(sam, bea.id)
    assert db.session.scalar(select(func.count()).select_from(Block)) == 1
    blocks.unblock(sam, bea.id)
    assert closed(bea, blocked) is None


def test_five_at_once_are_one_block(app: Flask, sam: User, bea: User, asked: int) -> None:
    together = threading.Barrier(5)

    def click() -> None:
        with app.app_context():
            together.wait()
            blocks.block(sam, bea.id)

    with ThreadPoolExecutor(5) as clicks:
        for done in [clicks.submit(click) for _ in range(5)]:
            done.result()
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Block)) == 1


def test_strangers_and_nobody_look_alike(
    app_context: None, sam: User, olly: User, asked: int
) -> None:
    for verb in (blocks.block, blocks.unblock):
        for person in (olly.id, 987654):
            with pytest.raises(NotFoundError):
                verb(sam, person)
    assert db.session.scalar(select(func.count()).select_from(Block)) == 0


def test_nobody_blocks_themselves(app_context: None, sam: User, asked: int) -> None:
    with pytest.raises(ForbiddenError, match="yourself"):
        blocks.block(sam, sam.id)


def test_every_conversation_of_the_two_has_a_new_version_and_no_other(
    app: Flask, sam: User, bea: User, olly: User, bicycle: int, asked: int
) -> None:
    """Open pages notice by their poll."""
    lamp = cast.listing(app, bea, "Lamp")
    with app.app_context():
        shared = [asked, conversations.open_about(sam, lamp)]
        others = [conversations.open_about(olly, bicycle), conversations.open_about(olly, lamp)]
        before = {each: version_of(each) for each in shared + others}
        blocks.block(sam, bea.id)
        after = {each: version_of(each) for each in shared + others}
        assert all(after[each] == before[each] + 1 for each in shared)
        assert all(after[each] == before[each] for each in others)
        blocks.unblock(sam, bea.id)
        assert all(version_of(each) == before[each] + 2 for each in shared)


def test_the_open_page_of_the_other_hears_the_sentence(
    app: Flask, as_bea: FlaskClient, sam: User, bea: User, asked: int
) -> None:
    address = f"/messages/{asked}/poll?after=1"
    tag = as_bea.get(address).headers["ETag"]
    with app.app_context():
        blocks.block(sam, bea.id)
    answer = as_bea.get(address, headers={"If-None-Match": tag})
    news: Any = answer.json
    assert (answer.status_code, news["closed"], news["messages"]) == (200, BLOCKED, [])


@pytest.mark.parametrize("status", [Status.SOLD, Status.WITHDRAWN])
def test_what_is_closed_for_all_hides_that_one_was_blocked(
    app_context: None, sam: User, bea: User, bicycle: int, blocked: int, status: Status
) -> None:
    listings.set_status(sam, bicycle, status)
    told = closed(bea, blocked)
    assert told is not None
    assert "This listing" in told
    assert closed(sam, blocked) == BLOCKER


@pytest.fixture
def stored_under_the_lock(app: Flask, sam: User, bea: User) -> Iterator[None]:
    """The block is stored between a message's first look and the lock that it waits for."""
    done = threading.Event()

    def store(statement: str) -> None:
        if statement.startswith("UPDATE conversations") and not done.is_set():
            done.set()
            values = {"blocker_id": sam.id, "blocked_id": bea.id, "created_at": utcnow()}
            with app.extensions["reader"].connect() as connection:
                connection.execute(insert(Block).values(values))

    with heard(store):
        yield
    assert done.is_set()


@pytest.mark.parametrize("database", ["mariadb"], indirect=True, scope="session")
def test_a_message_on_its_way_does_not_pass_a_block(
    app_context: None, stored_under_the_lock: None, bea: User, conversation: int
) -> None:
    """The mechanism: the policy is asked under the conversation's lock, not before. On SQLite
    the whole unit of work has the only turn to write."""
    with pytest.raises(ClosedError):
        messages.send(bea, conversation, "Hello?", "1")
    assert messages.latest(place_in(conversation))[0] == []


def page_of(client: FlaskClient, conversation: int) -> str:
    answer = client.get(f"/messages/{conversation}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_history_stays_and_a_sentence_replaces_the_composer(
    as_sam: FlaskClient, as_bea: FlaskClient, bea: User, blocked: int
) -> None:
    for client, sentence in ((as_sam, BLOCKER), (as_bea, BLOCKED)):
        page = page_of(client, blocked)
        assert "Is it still available?" in page
        assert sentence in page
        assert 'id="composer"' not in page
    assert f"/users/{bea.id}/block" in page_of(as_sam, blocked)


def test_a_text_typed_meanwhile_stays(as_bea: FlaskClient, blocked: int) -> None:
    form = {"csrf_token": cast.token(as_bea), "body": "typed in time"}
    refused = as_bea.post(f"/messages/{blocked}", data=form)
    assert refused.status_code == 403
    assert "typed in time" in refused.text


def test_the_listing_page_says_it_in_place_of_the_form(
    app: Flask, as_bea: FlaskClient, sam: User, bicycle: int, blocked: int
) -> None:
    sofa = cast.listing(app, sam, "Sofa")
    page = as_bea.get(f"/marketplace/{sofa}").text
    assert BLOCKED in page
    assert f'action="/marketplace/{sofa}/contact"' not in page
    form = {"csrf_token": cast.token(as_bea), "body": "typed in time"}
    for listing in (sofa, bicycle):
        refused = as_bea.post(f"/marketplace/{listing}/contact", data=form)
        assert refused.status_code == 403
        assert BLOCKED in refused.text
        assert "typed in time" in refused.text


def test_by_json(app: Flask, as_sam: FlaskClient, sam: User, bea: User, asked: int) -> None:
    address, headers = f"/api/v1/users/{bea.id}/block", {"X-CSRFToken": cast.token(as_sam)}
    for _ in range(2):
        assert as_sam.put(address, headers=headers).status_code == 204
        with app.app_context():
            assert closed(sam, asked) == BLOCKER
    for _ in range(2):
        assert as_sam.delete(address, headers=headers).status_code == 204
        with app.app_context():
            assert closed(sam, asked) is None


def test_by_json_a_refused_message_says_why(as_bea: FlaskClient, blocked: int) -> None:
    refused: Any = as_bea.post(
        f"/api/v1/conversations/{blocked}/messages",
        json={"body": "Hello?"},
        headers={"X-CSRFToken": cast.token(as_bea)},
    )
    assert (refused.status_code, refused.json["error"]["code"]) == (403, "closed")
    assert refused.json["error"]["message"] == BLOCKED


def test_by_json_oneself_and_strangers_are_refused(
    as_sam: FlaskClient, sam: User, olly: User, asked: int
) -> None:
    headers = {"X-CSRFToken": cast.token(as_sam)}
    oneself: Any = as_sam.put(f"/api/v1/users/{sam.id}/block", headers=headers)
    assert (oneself.status_code, oneself.json["error"]["code"]) == (403, "forbidden")
    stranger = as_sam.put(f"/api/v1/users/{olly.id}/block", headers=headers)
    nobody = as_sam.put("/api/v1/users/987654/block", headers=headers)
    assert stranger.status_code == nobody.status_code == 404
    assert stranger.json == nobody.json


def rename(user: User, name: str) -> None:
    db.session.execute(update(User).where(User.id == user.id).values(name=name))
    db.session.commit()


def shown(client: FlaskClient, conversation: int) -> str:
    """All that one is shown of a conversation: inbox, page, report, poll and history."""
    paths = ("", "/report", "/poll?after=0", "/history")
    pages = ["/messages", *(f"/messages/{conversation}{path}" for path in paths)]
    return "".join(client.get(path).text for path in pages)


@pytest.mark.parametrize("blocker", ["sam", "bea"])
def test_no_new_name_or_title_is_shown_across_a_block(
    app: Flask,
    as_sam: FlaskClient,
    as_bea: FlaskClient,
    sam: User,
    bea: User,
    bicycle: int,
    asked: int,
    blocker: str,
) -> None:
    one, other = (sam, bea) if blocker == "sam" else (bea, sam)
    with app.app_context():
        blocks.block(one, other.id)
        rename(sam, "Sam the Foul")
        rename(bea, "Bea the Foul")
        listings.edit(sam, bicycle, replace(AS_IT_IS, title="Foul bicycle"))
    seen_by_bea, seen_by_sam = shown(as_bea, asked), shown(as_sam, asked)
    assert "Sam the Foul" not in seen_by_bea
    assert "Foul bicycle" not in seen_by_bea
    assert "Red bicycle" in seen_by_bea
    assert "Bea the Foul" not in seen_by_sam
    assert "Foul bicycle" in seen_by_sam  # his own
    with app.app_context():
        assert [len(inbox.inbox_of(bea, q=q).rows) for q in ("foul", "red sam")] == [0, 1]
        assert closed(one, asked) == f"You blocked {other.name}."  # as refused sends are told

        blocks.unblock(one, other.id)
        (row,) = inbox.inbox_of(bea).rows
        assert (row.title, row.other.name) == ("Foul bicycle", "Sam the Foul")
        assert [len(inbox.inbox_of(bea, q=q).rows) for q in ("foul", "red")] == [1, 0]


def test_what_two_blocks_keep_lasts_until_the_second_is_taken_back(
    app_context: None, sam: User, bea: User, blocked: int
) -> None:
    rename(sam, "Sam the Foul")
    assert blocks.block(bea, sam.id) == "Sam"
    names = []
    for person, other in ((sam, bea), (bea, sam)):
        names.append(inbox.inbox_of(bea).rows[0].other.name)
        blocks.unblock(person, other.id)
    names.append(inbox.inbox_of(bea).rows[0].other.name)
    assert names == ["Sam", "Sam", "Sam the Foul"]


@pytest.mark.parametrize(("taken_back", "said"), [("0", "no longer block"), ("1", "You blocked")])
def test_what_is_said_of_a_block_has_the_kept_name_too(
    app: Flask,
    as_bea: FlaskClient,
    sam: User,
    bea: User,
    blocked: int,
    taken_back: str,
    said: str,
) -> None:
    with app.app_context():
        blocks.block(bea, sam.id)
        rename(sam, "Sam the Foul")
    form = {"csrf_token": cast.token(as_bea), "blocked": taken_back}
    page = as_bea.post(f"/users/{sam.id}/block", data=form, follow_redirects=True).text
    assert said in page
    assert "Foul" not in page


def test_no_new_picture_is_shown_across_a_block(
    app: Flask,
    as_sam: FlaskClient,
    as_bea: FlaskClient,
    sam: User,
    bea: User,
    bicycle: int,
    asked: int,
) -> None:
    """The listing of the one who was blocked: its photos can be changed as its title can."""
    with app.app_context():
        db.session.add(Photo(listing_id=bicycle, name="p" * 43, width=4, height=3, position=0))
        db.session.commit()
    paths = ("/messages", f"/messages/{asked}")
    assert all("/photos/" in as_bea.get(path).text for path in paths)
    with app.app_context():
        blocks.block(bea, sam.id)
    assert not any("/photos/" in as_bea.get(path).text for path in paths)
    assert all("/photos/" in as_sam.get(path).text for path in paths)


@pytest.mark.parametrize("blocker", ["sam", "bea"])
def test_nobody_sees_what_is_read_across_a_block(
    app_context: None, sam: User, bea: User, asked: int, blocker: str
) -> None:
    """Mechanism: ``mark_read`` leaves the receipt. One's own place goes on."""
    one, other = (sam, bea) if blocker == "sam" else (bea, sam)
    blocks.block(one, other.id)
    assert conversations.mark_read(sam, asked, 1) == 1
    (shown,) = participants.company_in(places.get_for(bea, asked)).others
    assert (shown.read_seq, places.get_for(sam, asked).unread) == (0, 0)
