"""A message is stored once, whole, and in one order."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from marketplace.accounts.models import User
from marketplace.catalogue import listings
from marketplace.catalogue.models import Listing, Status
from marketplace.messaging import messages
from marketplace.messaging.models import Conversation, Message, Participant
from marketplace.messaging.policy import ClosedError
from marketplace.storage.database import db, retried
from marketplace.texts.errors import ConflictError, InvalidError, MalformedError, NotFoundError
from tests.cast import place_in
from tests.databases import MariaDB
from tests.queries import heard

TEXTS = [
    "Grüße 🚲",
    "family 👩‍👩‍👧‍👦 and flag 🇫🇷",
    "مرحبا بالعالم",
    "e\u0301 is not \u00e9",
    "line one\nline two\r\nline three",
    "<b>&amp;</b>",
    "tab\tbetween",
    "x" * 5000,
    "🚲" * 5000,
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_comes_back_byte_for_byte(
    app_context: None, bea: User, conversation: int, text: str
) -> None:
    sent = messages.send(bea, conversation, text, "a")
    assert sent.item.body == text
    assert messages.latest(place_in(conversation))[0][0].body.encode() == text.encode()


def test_every_character_there_is_comes_back_as_it_was(
    app_context: None, bea: User, conversation: int
) -> None:
    """Through the database, and on MariaDB through its JSON."""
    plane = [chr(code) for code in range(0x21, 0x10000) if not 0xD800 <= code < 0xE000]
    beyond = [chr(code) for code in range(0x1F300, 0x1FB00)]
    characters = [*plane, *beyond]
    sent = []
    for start in range(0, len(characters), 4000):
        text = f"x{''.join(characters[start : start + 4000])}x"
        sent.append(messages.send(bea, conversation, text, str(start)).item.body)
    assert [item.body for item in messages.latest(place_in(conversation))[0]] == sent


def test_blanks_around_a_text_are_cut(app_context: None, bea: User, conversation: int) -> None:
    assert messages.send(bea, conversation, " \n hello \t", "a").item.body == "hello"


@pytest.mark.parametrize(
    "text",
    ["", "   ", "\n\t", "\u00a0", "\u200b\u200d", "\x1b", "\u2800", "\u3164", "\ufe0f\U000e0041"],
)
def test_a_blank_text_is_refused(
    app_context: None, bea: User, conversation: int, text: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        messages.send(bea, conversation, text, "a")
    assert refused.value.field == "body"
    assert messages.latest(place_in(conversation)) == ([], False)


@pytest.mark.parametrize("text", ["\U0001fa77", "\U0001fae9", "\ue000", "\U000f0000", "\u0301"])
def test_a_sign_that_nobody_knows_is_a_text(
    app_context: None, bea: User, conversation: int, text: str
) -> None:
    """Newer than the running Python's Unicode, or for private use."""
    assert messages.send(bea, conversation, text, "a").item.body == text


def test_control_characters_become_a_blank_and_line_breaks_stay(
    app_context: None, bea: User, conversation: int
) -> None:
    sent = messages.send(bea, conversation, "\x0bone\x1b[2J\r\ntwo\x85three\tfour\x07", "a")
    assert sent.item.body == "one [2J\r\ntwo three\tfour"
    again = messages.send(bea, conversation, "\x0bone\x1b[2J\r\ntwo\x85three\tfour\x07", "a")
    assert (again.created, again.item) == (False, sent.item)


def test_a_text_over_the_limit_is_refused(app_context: None, bea: User, conversation: int) -> None:
    with pytest.raises(InvalidError):
        messages.send(bea, conversation, "x" * 5001, "a")


@pytest.mark.parametrize("text", ["a\0b", "half a pair \ud83d"])
def test_what_cannot_be_stored_is_malformed(
    app_context: None, bea: User, conversation: int, text: str
) -> None:
    with pytest.raises(MalformedError):
        messages.send(bea, conversation, text, "a")


@pytest.mark.parametrize("client_id", ["", " a", "a ", "é", "a\nb", "x" * 65, "🚲"])
def test_a_client_id_of_another_form_is_malformed(
    app_context: None, bea: User, conversation: int, client_id: str
) -> None:
    with pytest.raises(MalformedError):
        messages.send(bea, conversation, "hello", client_id)


def test_client_ids_are_compared_byte_for_byte(
    app_context: None, bea: User, conversation: int
) -> None:
    for client_id in ("id", "ID", "Id", "i d", "x" * 64):
        assert messages.send(bea, conversation, "hello", client_id).created


def test_places_count_from_one_without_a_gap(
    app_context: None, sam: User, bea: User, conversation: int
) -> None:
    places = [messages.send(bea, conversation, "one", "1").item.seq]
    places.append(messages.send(sam, conversation, "two", "1").item.seq)
    messages.send(bea, conversation, "one", "1")  # the replay takes no place
    places.append(messages.send(bea, conversation, "three", "3").item.seq)
    assert places == [1, 2, 3]


def test_a_replay_returns_what_is_stored(app_context: None, bea: User, conversation: int) -> None:
    first = messages.send(bea, conversation, "hello", "same")
    second = messages.send(bea, conversation, " hello ", "same")
    assert (first.created, second.created) == (True, False)
    assert first.item == second.item


def test_another_text_under_the_same_client_id_is_a_conflict(
    app_context: None, bea: User, conversation: int
) -> None:
    messages.send(bea, conversation, "hello", "same")
    with pytest.raises(ConflictError):
        messages.send(bea, conversation, "good-bye", "same")
    assert [item.body for item in messages.latest(place_in(conversation))[0]] == ["hello"]


def test_two_people_may_choose_the_same_client_id(
    app_context: None, sam: User, bea: User, conversation: int
) -> None:
    assert messages.send(bea, conversation, "hello", "same").created
    assert messages.send(sam, conversation, "hello", "same").created


def test_five_at_once_store_one(app: Flask, bea: User, conversation: int) -> None:
    """The mechanism: UNIQUE (conversation, sender, client id), and a whole unit rolled back."""
    together = threading.Barrier(5)

    def send() -> tuple[bool, int]:
        together.wait()
        with app.app_context():
            sent = messages.send(bea, conversation, "hello", "same")
            return sent.created, sent.item.seq

    with ThreadPoolExecutor(5) as sends:
        results = [result.result() for result in [sends.submit(send) for _ in range(5)]]
    assert sorted(created for created, _ in results) == [False] * 4 + [True]
    assert {seq for _, seq in results} == {1}
    with app.app_context():
        assert db.session.scalar(select(Conversation.seq)) == 1
        assert db.session.scalar(select(func.count()).select_from(Message)) == 1


def test_an_outsider_cannot_write(app_context: None, olly: User, conversation: int) -> None:
    with pytest.raises(NotFoundError):
        messages.send(olly, conversation, "hello", "a")


def test_who_has_left_cannot_write(app_context: None, bea: User, conversation: int) -> None:
    db.session.execute(
        update(Participant)
        .where(Participant.user_id == bea.id)
        .values(left_at=func.current_timestamp())
    )
    db.session.commit()
    with pytest.raises(NotFoundError):
        messages.send(bea, conversation, "hello", "a")


@pytest.mark.parametrize("status", [Status.SOLD, Status.WITHDRAWN])
def test_when_the_deal_is_over_nobody_writes(
    app_context: None, sam: User, bea: User, conversation: int, status: Status
) -> None:
    db.session.execute(update(Listing).values(status=status))
    db.session.commit()
    for person in (sam, bea):
        with pytest.raises(ClosedError):
            messages.send(person, conversation, "hello", "a")
    assert messages.latest(place_in(conversation)) == ([], False)


def test_what_was_stored_before_the_deal_was_over_is_returned(
    app_context: None, bea: User, sam: User, conversation: int, bicycle: int
) -> None:
    """Its answer was lost, and the retry came after the sale."""
    stored = messages.send(bea, conversation, "I take it", "1")
    listings.set_status(sam, bicycle, Status.SOLD)
    again = messages.send(bea, conversation, "I take it", "1")
    assert (again.item.seq, again.created) == (stored.item.seq, False)
    with pytest.raises(ClosedError):
        messages.send(bea, conversation, "Hello?", "2")


@pytest.mark.parametrize("database", ["mariadb"], indirect=True, scope="session")
@pytest.mark.parametrize("step", ["UPDATE conv", "SELECT", "INSERT", "UPDATE part"])
def test_a_connection_that_is_lost_on_the_way_costs_a_repetition(
    app_context: None, database: MariaDB, bea: User, conversation: int, step: str
) -> None:
    """Mechanism: ``Step.run`` tells the pool, which would else fail to roll back on it, with an
    error of its own."""
    lost: list[int] = []
    codes: list[int | None] = []

    def lose(statement: str) -> None:
        if statement.startswith(step) and not lost:
            lost.append(db.session.connection().connection.thread_id())
            database.execute(f"KILL {lost[0]}")

    def note(_verb: str, code: int | None) -> None:
        codes.append(code)

    with heard(lose), retried.connected_to(note):
        sent = messages.send(bea, conversation, "hello", "a")
    assert codes == [2013]
    assert (sent.created, sent.item.seq, sent.item.version) == (True, 1, 1)
    assert [each.body for each in messages.latest(place_in(conversation))[0]] == ["hello"]


def test_while_it_is_reserved_both_write(
    app_context: None, sam: User, bea: User, conversation: int
) -> None:
    db.session.execute(update(Listing).values(status=Status.RESERVED))
    db.session.commit()
    for person in (sam, bea):
        assert messages.send(person, conversation, "hello", "a").created
