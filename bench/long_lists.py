"""3,000 messages in one conversation, and 3,000 conversations in one inbox."""

import itertools
from datetime import timedelta

from flask import Flask
from sqlalchemy import insert, update

from marketplace.accounts.models import User
from marketplace.catalogue.models import Listing
from marketplace.messaging import conversations
from marketplace.messaging.models import Conversation, Message, Participant, Role
from marketplace.storage.database import db, transaction, utcnow
from tests import cast

MESSAGES = 3_000
CONVERSATIONS = 3_000


def fill(app: Flask, bea: User, sam: User) -> int:
    """Put all of it in; the id of the conversation with many messages."""
    listings = [cast.listing(app, sam, "Lamp 1")]
    with app.app_context():
        listings += add_listings(sam, CONVERSATIONS - 1)
        many = add_conversations(bea, sam, listings)
        add_messages(bea, sam, many)
    return many


@transaction
def add_listings(sam: User, number: int) -> list[int]:
    """So many things for sale; their ids."""
    rows = [
        {
            "seller_id": sam.id, "title": f"Lamp {each}", "description": "Works.",
            "price_minor": 1_000, "currency": "EUR",
        }
        for each in range(2, number + 2)
    ]  # fmt: skip
    return list(db.session.scalars(insert(Listing).returning(Listing.id), rows))


@transaction
def add_conversations(bea: User, sam: User, listings: list[int]) -> int:
    """One about each, with a message; the id of the newest."""
    rows = [{"listing_id": each, "buyer_id": bea.id, "seq": 1, "version": 1} for each in listings]
    ids = list(db.session.scalars(insert(Conversation).returning(Conversation.id), rows))
    moments = [utcnow() - timedelta(minutes=len(ids) - each) for each in range(len(ids))]
    people = ((bea, Role.BUYER), (sam, Role.SELLER))
    db.session.execute(insert(Participant), [
        {"conversation_id": each, "user_id": user.id, "role": role, "read_seq": 1,
         "last_activity_at": moment}
        for (each, moment), (user, role) in itertools.product(
            zip(ids, moments, strict=True), people)
    ])  # fmt: skip
    db.session.execute(insert(Message), [
        message(each, 1, bea, moment) for each, moment in zip(ids, moments, strict=True)
    ])  # fmt: skip
    return ids[-1]


@transaction
def add_messages(bea: User, sam: User, conversation: int) -> None:
    """The rest of the long conversation, one a minute, taking turns."""
    start = utcnow() - timedelta(minutes=MESSAGES)
    db.session.execute(insert(Message), [
        message(conversation, seq, (bea, sam)[seq // 3 % 2], start + timedelta(minutes=seq))
        for seq in range(2, MESSAGES + 1)
    ])  # fmt: skip
    db.session.execute(
        update(Conversation)
        .where(Conversation.id == conversation)
        .values(seq=MESSAGES, version=MESSAGES)
    )
    for user in (bea, sam):
        conversations.mark_read(user, conversation, MESSAGES)


def message(conversation: int, seq: int, sender: User, moment: object) -> dict[str, object]:
    """A row."""
    return {
        "conversation_id": conversation, "seq": seq, "version": seq, "sender_id": sender.id,
        "client_id": f"bench-{seq}", "created_at": moment,
        "body": f"Message number {seq}. " + "Words, words. " * (seq % 7),
    }  # fmt: skip
