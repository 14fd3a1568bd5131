"""Lines that nobody wrote: a price, a reservation, a sale, told where somebody has written."""

import itertools
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select, update

from marketplace.accounts.models import User
from marketplace.catalogue import listings
from marketplace.catalogue.details import Details
from marketplace.catalogue.models import Status
from marketplace.messaging import blocks, conversations, inbox, messages, places
from marketplace.messaging.messages import MessageItem
from marketplace.messaging.models import Conversation, Message, Participant
from marketplace.storage.database import db, utcnow
from tests import cast
from tests.cast import place_in
from tests.databases import Database
from tests.queries import counted
from tests.soak.test_one_conversation import count_deadlocks

AS_IT_IS = Details(
    title="Red bicycle", description="Rides well.", price_minor=120_00, currency="EUR"
)


def price(seller: User, listing: int, minor: int, currency: str = "EUR") -> None:
    listings.edit(seller, listing, replace(AS_IT_IS, price_minor=minor, currency=currency))


def lines(conversation: int) -> list[tuple[str, str]]:
    """Kind and sentence of all that nobody wrote."""
    return [(item.kind, item.body) for item in items(conversation) if item.is_line]


def items(conversation: int) -> list[MessageItem]:
    return messages.latest(place_in(conversation), limit=1000)[0]


def numbers(conversation: int) -> tuple[int, int]:
    row = db.session.execute(
        select(Conversation.seq, Conversation.version).where(Conversation.id == conversation)
    ).one()
    return row.seq, row.version


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            lambda sam, listing: price(sam, listing, 110_00),
            ("price_changed", "The price is now €110."),
        ),
        (
            lambda sam, listing: price(sam, listing, 120_00, "CHF"),
            ("price_changed", "The price is now CHF\N{NO-BREAK SPACE}120."),
        ),
        (
            lambda sam, listing: price(sam, listing, 0),
            ("price_changed", "The listing is free now."),
        ),
        (
            lambda sam, listing: listings.set_status(sam, listing, Status.RESERVED),
            ("reserved", "The listing is reserved."),
        ),
        (
            lambda sam, listing: listings.set_status(sam, listing, Status.SOLD),
            ("sold", "The listing is sold."),
        ),
        (listings.withdraw, ("withdrawn", "The listing was taken down.")),
    ],
)
def test_each_change_has_its_line(
    app_context: None,
    sam: User,
    bicycle: int,
    asked: int,
    change: Callable[[User, int], None],
    line: tuple[str, str],
) -> None:
    change(sam, bicycle)
    assert lines(asked) == [line]


def test_what_comes_back_is_available_again(
    app_context: None, sam: User, bicycle: int, asked: int
) -> None:
    for status in (Status.SOLD, Status.AVAILABLE):
        listings.set_status(sam, bicycle, status)
    assert lines(asked)[-1] == ("available", "The listing is available again.")


def test_the_same_again_and_other_texts_have_none(
    app_context: None, sam: User, bicycle: int, asked: int
) -> None:
    seq, version = numbers(asked)
    price(sam, bicycle, 120_00)
    listings.set_status(sam, bicycle, Status.AVAILABLE)
    listings.edit(sam, bicycle, replace(AS_IT_IS, title="Blue bicycle"))
    assert lines(asked) == []
    assert numbers(asked) == (seq, version + 2)  # pages show the title, so they are told


def test_without_a_message_there_is_no_line_but_a_new_version(
    app_context: None, sam: User, bicycle: int, conversation: int
) -> None:
    listings.set_status(sam, bicycle, Status.RESERVED)
    assert (numbers(conversation), items(conversation)) == ((0, 1), [])
    assert inbox.inbox_of(sam).rows == []


def test_other_listings_conversations_hear_nothing(
    app: Flask, sam: User, bea: User, bicycle: int, asked: int
) -> None:
    lamp = cast.listing(app, sam, "Lamp")
    with app.app_context():
        about_lamp = conversations.open_about(bea, lamp)
        messages.send(bea, about_lamp, "Does it work?", "1")
        listings.set_status(sam, bicycle, Status.RESERVED)
        assert (numbers(about_lamp), lines(about_lamp)) == ((1, 1), [])


def test_it_is_a_message_of_the_sellers_with_the_next_place(
    app_context: None, sam: User, bea: User, bicycle: int, asked: int
) -> None:
    listings.set_status(sam, bicycle, Status.RESERVED)
    messages.send(bea, asked, "For me?", "2")
    places = [(item.seq, item.version, item.sender_id) for item in items(asked)]
    assert places == [(1, 1, bea.id), (2, 2, sam.id), (3, 3, bea.id)]


def test_it_is_stored_with_the_change_or_not_at_all(
    app_context: None, sam: User, bicycle: int, asked: int
) -> None:
    def fail(_listing: object, changed: set[str]) -> None:
        raise RuntimeError("no")

    with (
        listings.listing_changed.connected_to(fail),
        pytest.raises(RuntimeError),
    ):
        listings.set_status(sam, bicycle, Status.RESERVED)
    assert (numbers(asked), lines(asked)) == ((1, 1), [])
    assert listings.get_visible(sam, bicycle).status is Status.AVAILABLE


def test_each_reader_gets_the_price_as_their_language_writes_it(
    app: Flask,
    as_sam: FlaskClient,
    as_bea: FlaskClient,
    sam: User,
    bea: User,
    bicycle: int,
    asked: int,
) -> None:
    with app.app_context():
        db.session.execute(update(User).where(User.id == bea.id).values(locale="fr"))
        db.session.commit()
        price(sam, bicycle, 1_234_50)
    told = {}
    for name, client in (("sam", as_sam), ("bea", as_bea)):
        news: Any = client.get(f"/messages/{asked}/poll?after=1").json
        told[name] = news["messages"][0]["body"]
        assert told[name] in client.get(f"/messages/{asked}").text
    assert "€1,234.50" in told["sam"]
    assert "1\N{NARROW NO-BREAK SPACE}234,50\N{NO-BREAK SPACE}€" in told["bea"]


def test_it_is_unread_for_nobody_and_moves_no_row(
    app: Flask, sam: User, bea: User, bicycle: int, asked: int
) -> None:
    lamp = cast.listing(app, sam, "Lamp")
    with app.app_context():
        about_lamp = conversations.open_about(bea, lamp)
        messages.send(bea, about_lamp, "Does it work?", "1")
        conversations.mark_read(sam, asked, 1)
        conversations.archive(bea, asked, archived=True)
        listings.set_status(sam, bicycle, Status.RESERVED)
        assert [row.conversation_id for row in inbox.inbox_of(sam).rows] == [about_lamp, asked]
        assert inbox.unread_totals(sam).messages == 1
        assert inbox.unread_totals(bea).messages == 0
        assert [row.conversation_id for row in inbox.inbox_of(bea).rows] == [about_lamp]


def test_the_inbox_shows_it_as_nobodys(
    app_context: None, sam: User, bea: User, bicycle: int, asked: int
) -> None:
    price(sam, bicycle, 110_00)
    for person in (sam, bea):
        (row,) = inbox.inbox_of(person).rows
        assert (row.preview, row.is_own) == ("The price is now €110.", False)
    messages.send(sam, asked, "A little less", "1")
    (row,) = inbox.inbox_of(sam).rows
    assert (row.preview, row.is_own) == ("A little less", True)


def test_a_search_finds_only_what_somebody_wrote(
    app_context: None, bea: User, sam: User, bicycle: int, asked: int
) -> None:
    price(sam, bicycle, 777_00)
    assert inbox.inbox_of(bea, q="777").rows == inbox.inbox_of(bea, q="EUR").rows == []
    messages.send(bea, asked, "777?", "2")
    assert len(inbox.inbox_of(bea, q="777").rows) == 1


def test_reading_up_to_before_it_leaves_nothing_unread(
    app_context: None, bea: User, sam: User, bicycle: int, asked: int
) -> None:
    """The mechanism: the recount leaves lines out."""
    messages.send(sam, asked, "Yes", "1")
    price(sam, bicycle, 110_00)
    conversations.mark_read(bea, asked, 1)
    assert places.get_for(bea, asked).unread == 1
    conversations.mark_read(bea, asked, 2)
    assert places.get_for(bea, asked).unread == 0


def test_marking_unread_goes_back_to_what_somebody_wrote(
    app_context: None, bea: User, sam: User, bicycle: int, asked: int
) -> None:
    """The mechanism: the last message of another is none of these lines."""
    messages.send(sam, asked, "Yes", "1")
    price(sam, bicycle, 110_00)
    conversations.mark_read(bea, asked, 3)
    assert conversations.mark_unread(bea, asked) == 1
    assert places.get_for(bea, asked).unread == 1


def test_marking_unread_does_nothing_where_there_are_only_lines(
    app_context: None, bea: User, sam: User, bicycle: int, asked: int
) -> None:
    price(sam, bicycle, 110_00)
    conversations.mark_read(bea, asked, 2)
    conversations.mark_unread(bea, asked)
    assert places.get_for(bea, asked).unread == 0


def test_it_is_no_bubble_and_has_no_status_not_even_for_the_seller(
    as_sam: FlaskClient, as_bea: FlaskClient, app: Flask, sam: User, bicycle: int, asked: int
) -> None:
    with app.app_context():
        price(sam, bicycle, 110_00)
    for client in (as_sam, as_bea):
        news: Any = client.get(f"/messages/{asked}/poll?after=1").json
        earlier: Any = client.get(f"/messages/{asked}/history").json
        (html,) = (message["html"] for message in news["messages"])
        assert re.match(
            r'\s*<li class="message system" id="m2" data-seq="2" data-version="2"', html
        )
        assert f'data-sender="{sam.id}" data-kind="price_changed"' in html
        assert "The price is now €110." in html
        assert "data-status" not in html
        assert "bubble" not in html
        assert earlier["messages"][1]["html"] == html
        assert html.strip() in client.get(f"/messages/{asked}").text


def test_a_client_id_of_the_sellers_is_never_in_the_way(
    app_context: None, sam: User, bicycle: int, asked: int
) -> None:
    for minor in (110_00, 120_00):
        listings.set_status(sam, bicycle, Status.RESERVED)
        price(sam, bicycle, minor)
        listings.set_status(sam, bicycle, Status.AVAILABLE)
        price(sam, bicycle, minor + 1)
    line = items(asked)[-1]
    assert messages.CLIENT_ID.fullmatch(line.client_id)
    assert len({item.client_id for item in items(asked)}) == 9


def test_one_after_another_is_one_line_that_tells_where_it_ended(
    app_context: None, as_bea: FlaskClient, sam: User, bicycle: int, asked: int
) -> None:
    price(sam, bicycle, 110_00)
    before = items(asked)[-1]
    for minor in (100_00, 90_00):
        price(sam, bicycle, minor)
    line = items(asked)[-1]
    assert lines(asked) == [("price_changed", "The price is now €90.")]
    assert (line.seq, line.version, line.client_id) == (2, 4, before.client_id)
    assert line.created_at > before.created_at
    assert numbers(asked) == (2, 4)
    news: Any = as_bea.get(f"/messages/{asked}/poll?after=2").json
    assert [(each["seq"], each["body"]) for each in news["messages"]] == [
        (2, "The price is now €90.")
    ]


def test_lines_of_two_sorts_stand_beside_each_other(
    app_context: None, sam: User, bicycle: int, asked: int
) -> None:
    for status in (Status.RESERVED, Status.AVAILABLE, Status.RESERVED):
        listings.set_status(sam, bicycle, status)
    price(sam, bicycle, 110_00)
    listings.set_status(sam, bicycle, Status.SOLD)
    assert [kind for kind, _ in lines(asked)] == ["reserved", "price_changed", "sold"]


def test_what_somebody_wrote_between_keeps_two_apart(
    app_context: None, bea: User, sam: User, bicycle: int, asked: int
) -> None:
    price(sam, bicycle, 110_00)
    messages.send(bea, asked, "Still too much", "2")
    price(sam, bicycle, 100_00)
    assert [item.is_line for item in items(asked)] == [False, True, False, True]


@pytest.mark.parametrize("blocker", ["sam", "bea"])
def test_nothing_is_told_across_a_block_nor_after_it(
    app: Flask, sam: User, bea: User, olly: User, bicycle: int, asked: int, blocker: str
) -> None:
    one, other = (sam, bea) if blocker == "sam" else (bea, sam)
    with app.app_context():
        about = conversations.open_about(olly, bicycle)
        messages.send(olly, about, "And for me?", "1")
        blocks.block(one, other.id)
        price(sam, bicycle, 110_00)
        listings.set_status(sam, bicycle, Status.RESERVED)
        assert (lines(asked), numbers(asked)[0]) == ([], 1)
        assert len(lines(about)) == 2

        blocks.unblock(one, other.id)
        assert lines(asked) == []
        price(sam, bicycle, 100_00)
        assert lines(asked) == [("price_changed", "The price is now €100.")]


def test_three_thousand_conversations_cost_as_many_statements_as_three(
    app: Flask, sam: User, bea: User
) -> None:
    few, many = cast.listing(app, sam, "Lamp"), cast.listing(app, sam, "Sofa")
    with app.app_context():
        _ask_about(few, sam, bea, 3)
        _ask_about(many, sam, bea, 3000)
        with counted() as for_three:
            listings.set_status(sam, few, Status.RESERVED)
        with counted() as for_three_thousand:
            listings.set_status(sam, many, Status.RESERVED)
        assert len(for_three_thousand) == len(for_three), for_three_thousand
        stored = select(func.count()).select_from(Message).where(Message.kind == "reserved")
        assert db.session.scalar(stored) == 3003
        with counted() as once_more:
            listings.set_status(sam, many, Status.AVAILABLE)
        assert len(once_more) == len(for_three)
        assert db.session.scalar(stored) == 3


def test_two_listings_are_edited_while_buyers_send(
    app: Flask, database: Database, sam: User
) -> None:
    """The mechanism: the UPDATE of the conversations comes first and takes all their locks."""
    buyers = [cast.person(app, f"Buyer {number}") for number in range(4)]
    things = [cast.listing(app, sam, title) for title in ("Lamp", "Sofa")]
    with app.app_context():
        talks = [(buyer, conversations.open_about(buyer, it)) for it in things for buyer in buyers]
        for buyer, conversation in talks:
            messages.send(buyer, conversation, "Hello", "0")
    deadlocks = count_deadlocks(database)
    edits, sends, together = 9, 6, threading.Barrier(len(things) + len(talks))

    def change(listing: int) -> None:
        with app.app_context():
            together.wait()
            for number in range(11, 11 + edits):
                price(sam, listing, 100 + number)

    def talk(buyer: User, conversation: int) -> None:
        with app.app_context():
            together.wait()
            for number in range(1, sends + 1):
                messages.send(buyer, conversation, "Hello", str(number))
                conversations.mark_read(sam, conversation, number)

    with ThreadPoolExecutor(len(things) + len(talks)) as pool:
        work = [pool.submit(change, listing) for listing in things]
        work += [pool.submit(talk, *each) for each in talks]
        for each in work:
            each.result()
    assert count_deadlocks(database) == deadlocks
    with app.app_context():
        for _buyer, conversation in talks:
            _is_whole(conversation, sends + 1, edits)


def _is_whole(conversation: int, sent: int, edits: int) -> None:
    """Every place once, in the order of versions; every message is there, and each line that no
    other took the place of."""
    found = items(conversation)
    assert [item.seq for item in found] == list(range(1, len(found) + 1))
    versions = [item.version for item in found]
    assert versions == sorted(set(versions))
    assert len([item for item in found if not item.is_line]) == sent
    prices = [item.body for item in found if item.is_line]
    told = [f"The price is now €1.{number}." for number in range(11, 11 + edits)]
    assert prices == [each for each in told if each in prices]
    assert prices[-1] == told[-1]
    side_by_side = itertools.pairwise(found)
    assert not any(one.is_line and other.is_line for one, other in side_by_side)


def _ask_about(listing: int, seller: User, buyer: User, count: int) -> None:
    """Conversations of one message each, stored in bulk."""
    start = utcnow()
    buyers = range(listing * 10_000, listing * 10_000 + count)
    rows = [{"id": number, "listing_id": listing, "buyer_id": number} for number in buyers]
    with db.engine.begin() as connection:
        connection.execute(
            insert(User),
            [
                {
                    "id": number,
                    "name": "Somebody",
                    "email": f"{number}@example.com",
                    "password": "",
                    "fs_uniquifier": str(number),
                }
                for number in buyers
            ],
        )
        connection.execute(insert(Conversation), [row | {"seq": 1, "version": 1} for row in rows])
        connection.execute(
            insert(Participant),
            [
                {
                    "conversation_id": number,
                    "user_id": person,
                    "role": role,
                    "last_activity_at": start + timedelta(seconds=number % count),
                }
                for number in buyers
                for person, role in ((seller.id, "seller"), (number, "buyer"))
            ],
        )
        connection.execute(
            insert(Message),
            [
                {
                    "conversation_id": number,
                    "seq": 1,
                    "version": 1,
                    "sender_id": number,
                    "client_id": "1",
                    "body": "Hello",
                    "created_at": start,
                }
                for number in buyers
            ],
        )
