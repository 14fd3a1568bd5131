"""The same conversations and messages in the tutorial's tables."""

from sqlalchemy import Connection, case, insert, literal, select, true

from bench.data import BATCH, BODY, UNREAD_CONVERSATIONS, UNREAD_EACH, Pair, numbers_up_to
from bench.naive.models import Base, Conversation, Listing, Message, Participant, User


def fill(connection: Connection, pairs: list[Pair], each: int) -> None:
    """Make the tables and store as much as :func:`bench.data.fill` does."""
    Base.metadata.create_all(connection)
    people = sorted({person for pair in pairs for person in (pair.seller, pair.buyer)})
    connection.execute(insert(User), [{"id": id_, "name": f"Person {id_}"} for id_ in people])
    listings = {pair.listing for pair in pairs}
    connection.execute(insert(Listing), [{"id": id_, "status": "available"} for id_ in listings])
    for start in range(0, len(pairs), BATCH):
        batch = pairs[start : start + BATCH]
        connection.execute(
            insert(Conversation),
            [
                {
                    "id": pair.id,
                    "title": f"Bicycle {pair.listing}",
                    "listing_id": pair.listing,
                    "buyer_id": pair.buyer,
                    "seller_id": pair.seller,
                }
                for pair in batch
            ],
        )
        connection.execute(
            insert(Participant),
            [
                {"conversation_id": pair.id, "user_id": person}
                for pair in batch
                for person in (pair.buyer, pair.seller)
            ],
        )
    _store_messages(connection, len(pairs), each)
    connection.commit()


def _store_messages(connection: Connection, conversations: int, each: int) -> None:
    numbers = numbers_up_to(each).subquery()
    table = Conversation.__table__
    sender = case((numbers.c.n % 2 == 1, table.c.buyer_id), else_=table.c.seller_id)
    is_unread = (table.c.id > conversations - UNREAD_CONVERSATIONS) & (
        numbers.c.n > each - 2 * UNREAD_EACH  # every second one is the hoarder's own
    )
    rows = select(table.c.id, sender, literal(BODY), ~is_unread).join(numbers, true())
    names = ("conversation_id", "sender_id", "body", "is_read")
    connection.execute(insert(Message.__table__).from_select(names, rows))
