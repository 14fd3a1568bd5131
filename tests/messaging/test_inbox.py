"""The inbox: newest activity first, in folders and pages, as cheap for many as for few."""

import re
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from marketplace.accounts.models import User
from marketplace.catalogue.models import Listing, Status
from marketplace.messaging import conversations, inbox, messages
from marketplace.messaging.inbox import Folder
from marketplace.messaging.models import Conversation, Message, Participant, Role
from marketplace.storage import statements
from marketplace.storage.database import db, reader, utcnow
from marketplace.texts.errors import MalformedError
from tests import cast
from tests.queries import counted


@pytest.fixture
def three(app: Flask, sam: User, bea: User, olly: User, asked: int) -> list[int]:
    """Bea's three conversations, the oldest activity first: lamp (selling), bicycle, sofa."""
    lamp = cast.listing(app, bea, "Lamp")
    sofa = cast.listing(app, sam, "Sofa with a long name")
    with app.app_context():
        about_lamp = conversations.open_about(olly, lamp)
        messages.send(olly, about_lamp, "Does it work?", "1")
        next_millisecond()
        messages.send(sam, asked, "Yes, it is", "1")
        next_millisecond()
        about_sofa = conversations.open_about(bea, sofa)
        messages.send(bea, about_sofa, "Is the sofa clean?", "1")
    return [about_lamp, asked, about_sofa]


def next_millisecond() -> None:
    """Two things in the same one have no order in time."""
    now = utcnow()
    while utcnow() == now:
        pass


def ids(page: inbox.InboxPage) -> list[int]:
    return [row.conversation_id for row in page.rows]


def test_newest_activity_comes_first(app_context: None, bea: User, three: list[int]) -> None:
    assert ids(inbox.inbox_of(bea)) == three[::-1]


def test_a_row_says_with_whom_about_what_and_what_was_last(
    app_context: None, sam: User, bea: User, asked: int
) -> None:
    (row,) = inbox.inbox_of(sam).rows
    assert (row.other.name, row.listing.title, row.last.body) == (
        "Bea",
        "Red bicycle",
        "Is it still available?",
    )
    assert (row.role, row.unread) == (Role.SELLER, 1)
    (row,) = inbox.inbox_of(bea).rows
    assert (row.other.name, row.role, row.unread) == ("Sam", Role.BUYER, 0)


def test_without_a_message_it_is_not_listed(
    app_context: None, sam: User, bea: User, conversation: int
) -> None:
    assert inbox.inbox_of(bea).rows == inbox.inbox_of(sam).rows == []


def test_each_folder_holds_its_own(app_context: None, bea: User, three: list[int]) -> None:
    lamp, bicycle, sofa = three
    assert ids(inbox.inbox_of(bea, Folder.SELLING)) == [lamp]
    assert ids(inbox.inbox_of(bea, Folder.BUYING)) == [sofa, bicycle]
    assert ids(inbox.inbox_of(bea, Folder.UNREAD)) == [bicycle, lamp]
    assert ids(inbox.inbox_of(bea, Folder.ARCHIVED)) == []


def test_archiving_is_for_oneself_and_ends_with_a_new_message(
    app_context: None, sam: User, bea: User, asked: int
) -> None:
    conversations.archive(bea, asked, archived=True)
    assert ids(inbox.inbox_of(bea)) == []
    assert ids(inbox.inbox_of(bea, Folder.ARCHIVED)) == [asked]
    assert ids(inbox.inbox_of(sam)) == [asked]
    messages.send(sam, asked, "Yes", "1")
    assert ids(inbox.inbox_of(bea)) == [asked]


@pytest.mark.parametrize(
    ("q", "found"), [("sam", [2, 1]), ("BICYCLE", [1]), ("work?", [0]), ("%", []), ("_", [])]
)
def test_search_finds_people_listings_and_texts(
    app_context: None, bea: User, three: list[int], q: str, found: list[int]
) -> None:
    assert ids(inbox.inbox_of(bea, q=q)) == [three[index] for index in found]


def test_search_never_finds_anothers(app_context: None, olly: User, three: list[int]) -> None:
    assert ids(inbox.inbox_of(olly, q="sofa")) == []


def test_pages_hold_everything_once(app: Flask, bea: User, sam: User) -> None:
    _many(app, sam, bea, 60)
    with app.app_context():
        seen, cursor = [], None
        while True:
            page = inbox.inbox_of(bea, cursor=cursor)
            seen += ids(page)
            cursor = page.next_cursor
            if cursor is None:
                break
    assert len(seen) == len(set(seen)) == 60


def test_conversations_of_the_same_millisecond_do_not_fall_between_pages(
    app: Flask, bea: User, sam: User
) -> None:
    _many(app, sam, bea, 60, apart=timedelta(0))
    with app.app_context():
        first = inbox.inbox_of(bea)
        second = inbox.inbox_of(bea, cursor=first.next_cursor)
    assert not set(ids(first)) & set(ids(second))
    assert len(ids(first) + ids(second)) == 2 * inbox.PAGE_SIZE


@pytest.mark.parametrize("database", ["mariadb"], indirect=True, scope="session")
def test_neither_badge_nor_inbox_goes_through_all_rows(
    app_context: None, app: Flask, bea: User, sam: User
) -> None:
    """The mechanism: both are ranges of an index, which MariaDB does not see in IS FALSE."""
    _many(app, sam, bea, 300, apart=timedelta(seconds=1))
    _strangers(100)  # with a handful of people it rather sorts
    badges, pages = statements._connection(reader()), db.session.connection().connection
    assert rows_gone_through(badges, lambda: inbox.unread_totals(bea)) < 5
    assert rows_gone_through(pages, lambda: inbox.inbox_of(bea)) < 100


def _strangers(count: int) -> None:
    names = [f"stranger{number}" for number in range(count)]
    rows = [
        {"name": name, "email": f"{name}@example.org", "password": "", "fs_uniquifier": name}
        for name in names
    ]
    db.session.execute(insert(User), rows)
    db.session.commit()


def rows_gone_through(connection: Any, ask: Callable[[], object]) -> int:
    """As MariaDB counts them on the connection that asks: steps from one row to the next."""
    steps = ("Handler_read_next", "Handler_read_prev", "Handler_read_rnd_next")
    with closing(connection.cursor()) as cursor:
        cursor.execute("FLUSH STATUS")
        ask()
        cursor.execute("SHOW SESSION STATUS LIKE 'Handler_read_%'")
        return sum(int(value) for name, value in cursor.fetchall() if name in steps)


@pytest.mark.parametrize("cursor", ["", "x", "é", "LTEgLTE", "MSAyIDM", "9" * 500, "A==="])
def test_a_cursor_of_anothers_making_is_refused(app_context: None, bea: User, cursor: str) -> None:
    with pytest.raises(MalformedError):
        inbox.inbox_of(bea, cursor=cursor)


def test_the_page_is_as_cheap_for_a_thousand_as_for_ten(
    app: Flask, as_bea: FlaskClient, sam: User, bea: User
) -> None:
    _many(app, sam, bea, 10)
    with counted() as with_ten:
        assert as_bea.get("/messages").status_code == 200
    _many(app, sam, bea, 990, first=11)
    with counted() as with_a_thousand:
        assert as_bea.get("/messages").status_code == 200
    assert len(with_a_thousand) == len(with_ten) <= 6, with_ten


def test_the_page_lists_the_rows(as_bea: FlaskClient, three: list[int]) -> None:
    page = as_bea.get("/messages").get_data(as_text=True)
    assert re.findall(r'data-conversation="(\d+)"', page) == [str(one) for one in three[::-1]]
    assert "You:" in page
    assert re.search(r"data-unread-messages[^>]*>\s*2\s*<", page)


@pytest.mark.parametrize("query", ["folder=nonsense", "q=%00", "q=" + "x" * 3000, "folder=unread"])
def test_odd_questions_are_answered(as_bea: FlaskClient, query: str) -> None:
    assert as_bea.get(f"/messages?{query}").status_code == 200


def test_archiving_works_by_form(as_bea: FlaskClient, asked: int, app: Flask, bea: User) -> None:
    done = as_bea.post(
        f"/messages/{asked}/archive", data={"csrf_token": cast.token(as_bea), "archived": "1"}
    )
    assert (done.status_code, done.location) == (303, "/messages")
    with app.app_context():
        assert ids(inbox.inbox_of(bea)) == []


def _many(
    app: Flask,
    seller: User,
    buyer: User,
    count: int,
    *,
    first: int = 1,
    apart: timedelta = timedelta(seconds=1),
) -> None:
    """Conversations of one message each, stored in bulk."""
    numbers = [first * 1000 + number for number in range(count)]
    start = utcnow()
    moments = {number: start + apart * index for index, number in enumerate(numbers)}
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(
            insert(Listing),
            [
                {
                    "id": number,
                    "seller_id": seller.id,
                    "title": f"Thing {number}",
                    "description": "",
                    "price_minor": 100,
                    "currency": "EUR",
                    "status": Status.AVAILABLE,
                }
                for number in numbers
            ],
        )
        connection.execute(
            insert(Conversation),
            [
                {"id": number, "listing_id": number, "buyer_id": buyer.id, "seq": 1, "version": 1}
                for number in numbers
            ],
        )
        connection.execute(
            insert(Participant),
            [
                {
                    "conversation_id": number,
                    "user_id": person.id,
                    "role": role,
                    "last_activity_at": moments[number],
                }
                for number in numbers
                for person, role in ((seller, Role.SELLER), (buyer, Role.BUYER))
            ],
        )
        connection.execute(
            insert(Message),
            [
                {
                    "conversation_id": number,
                    "seq": 1,
                    "version": 1,
                    "sender_id": buyer.id,
                    "client_id": "1",
                    "body": f"About {number}",
                    "created_at": moments[number],
                }
                for number in numbers
            ],
        )
