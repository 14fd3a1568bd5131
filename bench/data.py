"""People, conversations and messages in any number, written past the verbs: in bulk.

One person, the hoarder, takes part in every conversation; they sell, and each buyer asks about
each listing once.
"""

import functools
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, case, insert, literal, select, text, true, union_all

from marketplace.accounts.models import User
from marketplace.catalogue.models import Listing, ListingWord
from marketplace.catalogue.search import rows
from marketplace.catalogue.words import words_of
from marketplace.messaging.models import Conversation, Message, Participant, Role

HOARDER = 1
BUYERS_PER_LISTING = 100
UNREAD_CONVERSATIONS = 5
UNREAD_EACH = 2
BATCH = 1000
NOW = datetime.now(UTC).replace(microsecond=0)
BODY = "Is it still there? I could come by on Saturday, around three."


@dataclass(frozen=True)
class Size:
    """How much there is."""

    conversations: int
    messages: int

    @property
    def each(self) -> int:
        """Messages in a conversation."""
        return max(1, self.messages // self.conversations)

    def __str__(self) -> str:
        return f"{self.conversations:,}/{self.messages:,}"


@dataclass(frozen=True)
class Pair:
    """A conversation's number, and who is in it."""

    id: int
    listing: int
    seller: int
    buyer: int


def of_one_person(conversations: int) -> list[Pair]:
    """All of them the hoarder's."""
    return [
        Pair(
            id=number + 1,
            listing=number // BUYERS_PER_LISTING + 1,
            seller=HOARDER,
            buyer=HOARDER + 1 + number % BUYERS_PER_LISTING,
        )
        for number in range(conversations)
    ]


def of_pairs(conversations: int) -> list[Pair]:
    """Nobody in more than one."""
    return [
        Pair(id=number, listing=number, seller=2 * number - 1, buyer=2 * number)
        for number in range(1, conversations + 1)
    ]


def of_two_groups(people: int, listings: int) -> list[Pair]:
    """So many sellers, each with so many listings, and as many buyers, each with each: all have
    an inbox of the same length."""
    return [
        Pair(
            id=(seller - 1) * people + number + 1,
            listing=(seller - 1) * listings + number % listings + 1,
            seller=seller,
            buyer=people + number + 1,
        )
        for seller in range(1, people + 1)
        for number in range(people)
    ]


def fill(connection: Connection, pairs: list[Pair], each: int) -> None:
    """Store these conversations with so many messages in each; the last few are unread."""
    sellers = {pair.listing: pair.seller for pair in pairs}
    people = sorted({person for pair in pairs for person in (pair.seller, pair.buyer)})
    unread = {pair.id for pair in pairs[-UNREAD_CONVERSATIONS:]}
    _store(connection, User, (person(number) for number in people))
    listings = [_listing(*each_one) for each_one in sellers.items()]
    _store(connection, Listing, iter(listings))
    _store(connection, ListingWord, words_of_all(listings))
    _store(connection, Conversation, (_conversation(pair, each) for pair in pairs))
    places = (_places(pair, each, pair.id in unread) for pair in pairs)
    _store(connection, Participant, itertools.chain.from_iterable(places))
    _store_messages(connection, each)
    connection.commit()
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def words_of_all(listings: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What finds these."""
    for each in listings:
        yield from rows(each["id"], words_of(each["title"], each["description"]))


def numbers_up_to(limit: int) -> Select[Any]:
    """1 to ``limit`` as rows ``n``, which every database can make of ten digits."""
    digits = union_all(*(select(literal(digit).label("d")) for digit in range(10))).subquery()
    places = [digits.alias() for _ in str(limit)]
    number = sum((place.c.d * 10**power for power, place in enumerate(places)), literal(1))
    together = functools.reduce(lambda one, other: one.join(other, true()), places)
    every = select(number.label("n")).select_from(together).subquery()
    return select(every.c.n).where(every.c.n <= limit)


def _store(connection: Connection, model: Any, rows: Iterator[dict[str, Any]]) -> None:
    while batch := list(itertools.islice(rows, BATCH)):
        connection.execute(insert(model.__table__), batch)


def _store_messages(connection: Connection, each: int) -> None:
    """In one statement: a million rows would take Python longer than the database."""
    numbers = numbers_up_to(each).subquery()
    table = Conversation.__table__
    sender = case((numbers.c.n % 2 == 1, table.c.buyer_id), else_=Listing.__table__.c.seller_id)
    rows = (
        select(table.c.id, numbers.c.n, numbers.c.n, sender, numbers.c.n, literal(BODY))
        .join(Listing.__table__, Listing.__table__.c.id == table.c.listing_id)
        .join(numbers, true())
    )
    names = ("conversation_id", "seq", "version", "sender_id", "client_id", "body")
    connection.execute(insert(Message.__table__).from_select(names, rows))


def person(number: int) -> dict[str, Any]:
    """A row of somebody."""
    return {
        "id": number,
        "name": f"Person {number}",
        "email": f"person{number}@example.com",
        "password": "none",
        "fs_uniquifier": f"uniquifier-{number}",
        "last_seen_at": NOW - timedelta(hours=1),  # who stops being active is news for an idle poll
    }


def _listing(number: int, seller: int) -> dict[str, Any]:
    title = f"Bicycle {number}"
    return {
        "id": number,
        "seller_id": seller,
        "title": title,
        "description": "Rides well.",
        "price_minor": 12_000,
        "currency": "EUR",
    }


def _conversation(pair: Pair, each: int) -> dict[str, Any]:
    numbers = {"seq": each, "version": each}
    return {"id": pair.id, "listing_id": pair.listing, "buyer_id": pair.buyer, **numbers}


def _places(pair: Pair, each: int, unread: bool) -> Iterator[dict[str, Any]]:
    """The seller's unread counts are kept, the buyer has read all."""
    for user, role in ((pair.seller, Role.SELLER), (pair.buyer, Role.BUYER)):
        left = min(UNREAD_EACH, each) if unread and role is Role.SELLER else 0
        yield {
            "conversation_id": pair.id,
            "user_id": user,
            "role": role,
            "read_seq": each - left,
            "receipt_seq": each - left,
            "unread": left,
            "last_activity_at": NOW - timedelta(minutes=1) + timedelta(milliseconds=pair.id),
        }
