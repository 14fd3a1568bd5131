"""Searching the inbox: alike on every database, bounded, and further back by the cursor."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.messaging import conversations, inbox, messages, search
from tests import cast
from tests.messaging.test_inbox import ids, next_millisecond


@pytest.fixture
def five(app: Flask, sam: User, bea: User) -> list[int]:
    """Bea's conversations with Sam, the oldest activity first."""
    found = []
    for number, text in enumerate(("ÉTAGÈRE en chêne", "Straße 7", "l\u2019eau", "a b c", "a c")):
        listing = cast.listing(app, sam, f"Thing {number}")
        with app.app_context():
            found.append(conversations.open_about(bea, listing))
            messages.send(bea, found[-1], text, "1")
            next_millisecond()
    return found


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("étagère", [0]),
        ("etagere", [0]),
        ("e\u0301tage\u0300re", [0]),
        ("strasse", [1]),
        ("l'eau", [2]),
        ("c a", [4, 3, 0]),
        ("thing sam", [4, 3, 2, 1, 0]),
        ("b thing", []),
    ],
)
def test_texts_are_found_however_they_are_typed(
    app_context: None, bea: User, five: list[int], q: str, found: list[int]
) -> None:
    assert ids(inbox.inbox_of(bea, q=q)) == [five[number] for number in found]


@pytest.mark.parametrize("q", ["\u0301", "\u200b", " \u2060 "])
def test_a_search_for_nothing_that_can_be_seen_finds_nothing(
    app_context: None, bea: User, five: list[int], q: str
) -> None:
    assert ids(inbox.inbox_of(bea, q=q)) == []


def pages(user: User, q: str) -> Iterator[list[int]]:
    cursor = None
    while True:
        page = inbox.inbox_of(user, q=q, cursor=cursor)
        yield ids(page)
        cursor = page.next_cursor
        if cursor is None:
            return


def test_a_search_whose_time_is_over_goes_on_from_there(
    app_context: None, bea: User, five: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mechanism: ``SECONDS``. Each try looks at one batch at least, so that all come to the end."""
    monkeypatch.setattr(search, "SECONDS", -1)
    monkeypatch.setattr(search, "BATCH_CONVERSATIONS", 2)
    found = list(pages(bea, "etagere"))
    assert found == [[], [], [five[0]], []]
    assert [each for page in pages(bea, "thing") for each in page] == five[::-1]


def test_a_page_is_full_at_fifteen_and_nothing_comes_twice(
    app: Flask, sam: User, bea: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for number in range(17):
        listing = cast.listing(app, sam, f"Lamp {number}")
        with app.app_context():
            made.append(conversations.open_about(bea, listing))
            messages.send(bea, made[-1], "Hello", "1")
    with app.app_context():
        found = list(pages(bea, "lamp"))
    assert [len(page) for page in found] == [15, 2]
    assert sorted(each for page in found for each in page) == sorted(made)


def test_a_long_conversation_is_read_in_parts_and_to_a_limit(
    app: Flask, bea: User, sam: User, bicycle: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "BATCH_MESSAGES", 2)
    monkeypatch.setattr(search, "CONVERSATION_MESSAGES_MAX", 4)
    with app.app_context():
        conversation = conversations.open_about(bea, bicycle)
        for number in range(7):
            messages.send(bea, conversation, f"word{number}", str(number))
        found = {n for n in range(7) if ids(inbox.inbox_of(sam, q=f"word{n}")) == [conversation]}
    assert found == {3, 4, 5, 6}


def test_a_long_conversation_takes_no_longer_than_the_others(
    app_context: None, bea: User, sam: User, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mechanism: ``until`` in ``_hits``. Its newest messages are looked at, and the search goes on
    after it."""
    monkeypatch.setattr(search, "SECONDS", -1)
    monkeypatch.setattr(search, "BATCH_MESSAGES", 2)
    for number in range(5):
        messages.send(bea, asked, f"text {number}", str(number))
    newest, oldest = inbox.inbox_of(sam, q="4"), inbox.inbox_of(sam, q="available")
    assert [row.conversation_id for row in newest.rows] == [asked]
    assert (oldest.rows, oldest.next_cursor is None) == ([], False)
    after = inbox.inbox_of(sam, q="available", cursor=oldest.next_cursor)
    assert (after.rows, after.next_cursor) == ([], None)


def test_without_scripts_a_link_looks_further_back(
    as_bea: FlaskClient, five: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SECONDS", -1)
    monkeypatch.setattr(search, "BATCH_CONVERSATIONS", 2)
    page = as_bea.get("/messages?q=etagere").text
    assert "Nothing found yet." in page
    assert "Look further back" in page
    monkeypatch.undo()
    page = as_bea.get("/messages?q=nowhere").text
    assert "Nothing found for" in page
    assert "Look further back" not in page
