"""Pictures are uploaded by somebody, sent by them once, and seen by who takes part."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from marketplace.accounts import picture_room
from marketplace.accounts.models import User
from marketplace.messaging import conversations, messages
from marketplace.messaging.attachments import pictures, unsent
from marketplace.messaging.models import Attachment, Conversation, Message, Participant
from marketplace.storage import images
from marketplace.storage.database import db, utcnow
from marketplace.storage.files import SavedPicture
from marketplace.texts.errors import ConflictError, DomainError, InvalidError, NotFoundError
from tests import cast
from tests.cast import place_in
from tests.catalogue import uploads
from tests.catalogue.selling import files
from tests.messaging.pictures import uploaded

NOT_OURS = "x" * 43


def waiting() -> int:
    """How many pictures are in no message."""
    return db.session.scalar(select(func.count()).where(Attachment.conversation_id.is_(None))) or 0


def at_once(app: Flask, *verbs: Callable[[], object]) -> list[str]:
    """What each verb ended with, when all begin at the same moment."""
    together = threading.Barrier(len(verbs))

    def run(verb: Callable[[], object]) -> str:
        together.wait()
        with app.app_context():
            try:
                verb()
            except DomainError as error:
                return error.code
            return "done"

    with ThreadPoolExecutor(len(verbs)) as runs:
        return sorted(run.result() for run in [runs.submit(run, verb) for verb in verbs])


def test_an_upload_is_two_files_and_one_row(app: Flask, bea: User) -> None:
    before = files(app)
    (name,) = uploaded(app, bea)
    added = files(app) - before
    assert {path.name for path in added} == {f"{name}.jpg", f"{name}-thumb.jpg"}
    assert {path.parent.name for path in added} == {"attachments"}
    with app.app_context():
        row = db.session.get_one(Attachment, name)
        assert (row.owner_id, row.conversation_id, row.seq) == (bea.id, None, None)
        assert row.size_bytes == sum(path.stat().st_size for path in added)


def test_pictures_keep_the_order_in_which_they_are_named(
    app: Flask, bea: User, conversation: int
) -> None:
    names = uploaded(app, bea, 4)[::-1]
    with app.app_context():
        sent = messages.send(bea, conversation, "Look", "a", names)
        assert [each.id for each in sent.item.attachments] == names
        stored = messages.latest(place_in(conversation))[0][0]
        assert (stored.body, stored.attachment_ids) == ("Look", tuple(names))
        assert (stored.attachments[0].width, stored.attachments[0].height) == (400, 200)


def test_each_message_gets_its_own(app: Flask, bea: User, sam: User, conversation: int) -> None:
    first, second = uploaded(app, bea)[0], uploaded(app, sam)[0]
    with app.app_context():
        messages.send(bea, conversation, "", "a", [first])
        messages.send(sam, conversation, "no picture", "b")
        messages.send(sam, conversation, "", "c", [second])
        items = messages.latest(place_in(conversation))[0]
    assert [item.attachment_ids for item in items] == [(first,), (), (second,)]


@pytest.mark.parametrize("text", ["", " \n"])
def test_with_a_picture_the_text_may_be_blank(
    app: Flask, bea: User, conversation: int, text: str
) -> None:
    names = uploaded(app, bea)
    with app.app_context():
        assert messages.send(bea, conversation, text, "a", names).item.body == ""
        with pytest.raises(InvalidError):
            messages.send(bea, conversation, text, "b")


@pytest.mark.parametrize("wrong", ["another's", "sent", "unknown", "twice", "too many", "strange"])
def test_what_is_not_there_to_be_sent_stops_the_whole_message(
    app: Flask, sam: User, bea: User, conversation: int, wrong: str
) -> None:
    """Mechanism: the count of rows that the UPDATE in ``attach`` has taken."""
    mine = uploaded(app, bea)
    sent = uploaded(app, bea)
    named = {
        "another's": [*mine, *uploaded(app, sam)],
        "sent": [*mine, *sent],
        "unknown": [*mine, NOT_OURS],
        "twice": mine * 2,
        "too many": mine + uploaded(app, bea, 4),
        "strange": [*mine, "\ud83d"],
    }[wrong]
    with app.app_context():
        messages.send(bea, conversation, "Look", "first", sent)
        before = waiting()
        with pytest.raises(InvalidError) as refused:
            messages.send(bea, conversation, "Look", "a", named)
        assert refused.value.field == "attachment_ids"
        assert [item.client_id for item in messages.latest(place_in(conversation))[0]] == ["first"]
        assert db.session.scalar(select(Conversation.seq)) == 1
        assert waiting() == before
        assert messages.send(bea, conversation, "Look", "b", mine).created


def test_the_same_pictures_under_the_same_id_are_a_replay(
    app: Flask, bea: User, conversation: int
) -> None:
    names = uploaded(app, bea, 2)
    with app.app_context():
        first = messages.send(bea, conversation, "", "same", names)
        again = messages.send(bea, conversation, "", "same", names)
        assert (first.created, again.created) == (True, False)
        assert first.item == again.item


def test_other_pictures_under_the_same_id_are_a_conflict(
    app: Flask, bea: User, conversation: int
) -> None:
    names, others = uploaded(app, bea, 2), uploaded(app, bea)
    with app.app_context():
        messages.send(bea, conversation, "Look", "same", names)
        for wrong in ([], names[:1], names[::-1], others, [*names, *others]):
            with pytest.raises(ConflictError):
                messages.send(bea, conversation, "Look", "same", wrong)
        assert messages.latest(place_in(conversation))[0][0].attachment_ids == tuple(names)
        assert waiting() == 1


def test_five_at_once_store_one(app: Flask, bea: User, conversation: int) -> None:
    names = uploaded(app, bea)
    ended = at_once(app, *[lambda: messages.send(bea, conversation, "", "same", names)] * 5)
    assert ended == ["done"] * 5
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Message)) == 1


def test_of_two_messages_with_the_same_picture_one_is_stored(
    app: Flask, sam: User, bea: User, conversation: int
) -> None:
    """In two conversations, so that no lock of a conversation has them queue.

    Mechanism: the condition ``conversation_id IS NULL`` in ``attach``.
    """
    lamp = cast.listing(app, sam, "Lamp")
    with app.app_context():
        other = conversations.open_about(bea, lamp)
    for number in range(5):
        names = uploaded(app, bea)
        ended = at_once(
            app,
            partial(messages.send, bea, conversation, "", f"{number}", names),
            partial(messages.send, bea, other, "", f"{number}", names),
        )
        assert ended == ["done", "invalid"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Message)) == 5
        assert waiting() == 0


def test_who_may_see_a_picture(
    app: Flask, sam: User, bea: User, olly: User, conversation: int
) -> None:
    """Mechanism: the condition of ``get_for``."""
    names = uploaded(app, bea)

    def who_sees() -> list[str]:
        seeing = []
        for person in (sam, bea, olly):
            try:
                assert pictures.get_for(person, names[0]).id == names[0]
                seeing.append(person.name)
            except NotFoundError:
                pass
        return seeing

    with app.app_context():
        assert who_sees() == ["Bea"]
        messages.send(bea, conversation, "", "a", names)
        assert who_sees() == ["Sam", "Bea"]
        db.session.execute(
            update(Participant).where(Participant.user_id == bea.id).values(left_at=utcnow())
        )
        db.session.commit()
        assert who_sees() == ["Sam"]
        db.session.execute(update(Message).values(deleted_at=utcnow()))
        db.session.commit()
        assert who_sees() == []


def test_a_deleted_message_has_no_pictures(app: Flask, bea: User, conversation: int) -> None:
    names = uploaded(app, bea)
    with app.app_context():
        messages.send(bea, conversation, "", "a", names)
        db.session.execute(update(Message).values(deleted_at=utcnow()))
        db.session.commit()
        assert messages.latest(place_in(conversation))[0][0].attachments == ()


@pytest.mark.parametrize("name", ["", NOT_OURS, "../../secret_key", "é" * 43, "\ud83d", "a\0b"])
def test_a_name_that_is_none_finds_nothing(app_context: None, bea: User, name: str) -> None:
    with pytest.raises(NotFoundError):
        pictures.get_for(bea, name)


@pytest.mark.parametrize(("size", "shown"), [((1600, 800), (320, 160)), ((800, 1600), (160, 320))])
def test_a_bubble_shows_it_in_its_own_proportions(
    size: tuple[int, int], shown: tuple[int, int]
) -> None:
    assert pictures.AttachmentItem("a", *size).shown == shown


@pytest.mark.parametrize(("size", "shown"), [((40, 20), (40, 20)), ((1600, 1), (320, 1))])
def test_a_small_one_is_not_blown_up_and_a_thin_one_is_still_there(
    size: tuple[int, int], shown: tuple[int, int]
) -> None:
    assert pictures.AttachmentItem("a", *size).shown == shown


def test_there_is_room_for_so_many_bytes(
    app: Flask, bea: User, sam: User, conversation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent counts as well. Mechanism: ``picture_room.check``."""
    names = uploaded(app, bea)
    with app.app_context():
        messages.send(bea, conversation, "", "a", names)
        size_bytes = db.session.get_one(Attachment, names[0]).size_bytes
    monkeypatch.setattr(picture_room, "LIMIT_BYTES", 2 * size_bytes)
    uploaded(app, bea)
    before = files(app)
    with pytest.raises(InvalidError) as refused:
        uploaded(app, bea)
    assert refused.value.field == "file"
    assert files(app) == before
    assert uploaded(app, sam), "not his room"


def test_only_so_many_wait_to_be_sent(app: Flask, bea: User, conversation: int) -> None:
    names = uploaded(app, bea, unsent.COUNT_MAX)
    with pytest.raises(InvalidError):
        uploaded(app, bea)
    with app.app_context():
        messages.send(bea, conversation, "", "a", names[:1])
    assert uploaded(app, bea)


def test_uploads_at_one_instant_count_as_in_turn(
    app: Flask, bea: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mechanism: ``picture_room.hold``. Without it both have counted before either stores; with
    it the first one waits here for the other in vain."""
    check, both_counted = picture_room.check, threading.Barrier(2)

    def check_and_linger(owner: User, added_bytes: int, *, field: str) -> None:
        check(owner, added_bytes, field=field)
        with suppress(threading.BrokenBarrierError):
            both_counted.wait(1)

    picture = images.encode(uploads.halves(size=(8, 8)))
    monkeypatch.setattr(picture_room, "LIMIT_BYTES", picture.size_bytes)
    monkeypatch.setattr(picture_room, "check", check_and_linger)
    upload = partial(unsent.upload, bea, picture)
    assert at_once(app, upload, upload) == ["done", "invalid"]


def test_a_unit_repeated_after_a_lost_commit_stores_one_row(app_context: None, bea: User) -> None:
    """Mechanism: ``merge`` in ``_store``."""
    for _ in range(2):
        unsent._store(bea, SavedPicture(NOT_OURS, 4, 2, 100))
    assert waiting() == 1
