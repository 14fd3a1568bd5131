"""What is unread, and who has read how far."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts.models import User
from marketplace.messaging import conversations, inbox, messages, places
from marketplace.messaging.models import Message, Participant
from marketplace.storage.database import db


def place_of(user: User, conversation: int) -> Participant:
    db.session.expunge_all()
    return db.session.get_one(Participant, (conversation, user.id))


def recount(user: User) -> int:
    """The definition: messages of others after one's own place."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Participant)
            .join(Message, Message.conversation_id == Participant.conversation_id)
            .where(
                Participant.user_id == user.id,
                Message.seq > Participant.read_seq,
                Message.sender_id != user.id,
            )
        )
        or 0
    )


def test_a_message_is_unread_for_the_other_only(
    app_context: None, sam: User, bea: User, asked: int
) -> None:
    assert place_of(sam, asked).unread == 1
    assert place_of(bea, asked).unread == 0


def test_reading_moves_the_mark_and_the_receipt(app_context: None, sam: User, asked: int) -> None:
    assert conversations.mark_read(sam, asked, 1) == 1
    place = place_of(sam, asked)
    assert (place.read_seq, place.receipt_seq, place.unread) == (1, 1, 0)


def test_the_mark_never_goes_back(app_context: None, sam: User, bea: User, asked: int) -> None:
    messages.send(bea, asked, "Hello?", "2")
    conversations.mark_read(sam, asked, 2)
    assert conversations.mark_read(sam, asked, 1) == 2
    assert place_of(sam, asked).unread == 0


def test_reading_part_leaves_the_rest_unread(
    app_context: None, sam: User, bea: User, asked: int
) -> None:
    messages.send(bea, asked, "Hello?", "2")
    messages.send(sam, asked, "Yes", "mine")
    messages.send(bea, asked, "Great", "3")
    conversations.mark_read(sam, asked, 1)
    assert place_of(sam, asked).unread == 2 == recount(sam)


def test_nobody_reads_ahead(app_context: None, sam: User, bea: User, asked: int) -> None:
    assert conversations.mark_read(sam, asked, 2**62) == 1
    messages.send(bea, asked, "Hello?", "2")
    assert place_of(sam, asked).unread == 1


def test_reading_again_changes_nothing(app_context: None, sam: User, asked: int) -> None:
    conversations.mark_read(sam, asked, 1)
    version = place_of(sam, asked).conversation_id, _version(asked)
    conversations.mark_read(sam, asked, 1)
    assert version == (asked, _version(asked))


def test_marking_unread_keeps_the_receipt(app_context: None, sam: User, asked: int) -> None:
    conversations.mark_read(sam, asked, 1)
    conversations.mark_unread(sam, asked)
    place = place_of(sam, asked)
    assert (place.read_seq, place.receipt_seq, place.unread) == (0, 1, 1)


def test_marking_unread_without_a_message_of_another_does_nothing(
    app_context: None, bea: User, asked: int
) -> None:
    conversations.mark_unread(bea, asked)
    assert place_of(bea, asked).unread == 0


def test_the_badge_is_the_sum_of_the_rows(
    app_context: None, sam: User, bea: User, olly: User, asked: int, bicycle: int
) -> None:
    messages.send(bea, asked, "Hello?", "2")
    other = conversations.open_about(olly, bicycle)
    messages.send(olly, other, "I take it", "1")
    totals = inbox.unread_totals(sam)
    assert (totals.messages, totals.conversations) == (3, 2)
    assert totals.messages == sum(row.unread for row in inbox.inbox_of(sam).rows)


def test_what_is_archived_does_not_count_until_something_comes(
    app_context: None, sam: User, bea: User, asked: int
) -> None:
    conversations.archive(sam, asked, archived=True)
    assert inbox.unread_totals(sam).messages == 0
    messages.send(bea, asked, "Hello?", "2")
    assert inbox.unread_totals(sam).messages == 2


def test_the_count_equals_a_recount_after_two_thousand_at_once(
    app: Flask, sam: User, bea: User, conversation: int
) -> None:
    """The mechanism: count and mark change under the conversation's lock."""
    people = {"sam": sam, "bea": bea}
    chance = random.Random(7)
    steps = [(chance.choice(list(people)), chance.random() < 0.5) for _ in range(2000)]
    lock = threading.Lock()

    def work(number: int) -> None:
        with app.app_context():
            while True:
                with lock:
                    if not steps:
                        return
                    name, sends = steps.pop()
                    count = len(steps)
                if sends:
                    messages.send(people[name], conversation, "hello", f"{name}-{count}")
                else:
                    place = places.get_for(people[name], conversation)
                    conversations.mark_read(people[name], conversation, place.seq)

    with ThreadPoolExecutor(6) as workers:
        for result in [workers.submit(work, number) for number in range(6)]:
            result.result()
    with app.app_context():
        for person in people.values():
            assert place_of(person, conversation).unread == recount(person)
        assert not steps


def _version(conversation: int) -> int:
    from marketplace.messaging.models import Conversation

    return (
        db.session.scalar(select(Conversation.version).where(Conversation.id == conversation)) or 0
    )
