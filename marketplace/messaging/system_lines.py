"""Lines that nobody wrote: what a seller changes about a listing, told in its conversations."""

import enum
import secrets
from collections.abc import Set
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, case, insert, literal, select, update
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.catalogue.models import Listing
from marketplace.catalogue.prices import money_label
from marketplace.database import db, transaction, utcnow
from marketplace.messaging.models import Conversation, Message


class Line(enum.StrEnum):
    """The kinds of messages that are such a line."""

    PRICE_CHANGED = "price_changed"
    RESERVED = "reserved"
    AVAILABLE = "available"
    SOLD = "sold"
    WITHDRAWN = "withdrawn"


LINES = tuple(line.value for line in Line)


@transaction
def follow_listing(listing: Listing, changed: Set[str]) -> None:
    """Have every page about a listing notice its change, with a line where somebody has written.

    Joins the unit that changes the listing. As many statements for thousands of conversations as
    for one: the UPDATE takes the locks of all of them, as every writer does first, so that the
    numbers it gives are still theirs when the lines are stored. Nobody's inbox moves, nothing
    becomes unread. Two such units never want the same conversation in another order: a listing's
    change has at most one in common with a block, and none with that of another listing.
    """
    line = _line(listing, changed)
    new_seq = Conversation.seq if line is None else _next_where_somebody_wrote(Conversation.seq)
    db.session.execute(
        update(Conversation)
        .where(Conversation.listing_id == listing.id)
        .values(seq=new_seq, version=Conversation.version + 1),
        execution_options={"synchronize_session": False},
    )
    if line is not None:
        _store(listing, line)


def written(kind: Any = Message.kind) -> ColumnElement[bool]:
    """The condition that somebody wrote it: only that counts as unread and is found by a search.

    :param kind: the column, where it is not the table's own.
    """
    condition: ColumnElement[bool] = kind.not_in(LINES)
    return condition


def is_line(kind: str) -> bool:
    """Whether a message of this kind is one of these lines."""
    return kind in LINES


def sentence(kind: str, body: str) -> str:
    """A line in the reader's language, from what is stored of it."""
    if kind == Line.PRICE_CHANGED:
        return _price_sentence(body)
    sentences: dict[str, str] = {
        Line.RESERVED: _("The listing is reserved."),
        Line.AVAILABLE: _("The listing is available again."),
        Line.SOLD: _("The listing is sold."),
        Line.WITHDRAWN: _("The listing was taken down."),
    }
    return str(sentences[kind])


def _line(listing: Listing, changed: Set[str]) -> Line | None:
    if "status" in changed:
        return Line(listing.status.value)
    return Line.PRICE_CHANGED if changed & {"price_minor", "currency"} else None


def _next_where_somebody_wrote(seq: InstrumentedAttribute[int]) -> ColumnElement[int]:
    return seq + case((seq > 0, 1), else_=0)


def _store(listing: Listing, line: Line) -> None:
    """A price is stored as a number, for each reader's language to write it."""
    price = f"{listing.price_minor} {listing.currency}" if line is Line.PRICE_CHANGED else ""
    values = {
        "conversation_id": Conversation.id,
        "seq": Conversation.seq,
        "version": Conversation.version,
        "sender_id": literal(listing.seller_id),
        "client_id": literal(secrets.token_urlsafe(16)),
        "kind": literal(line.value),
        "body": literal(price),
        "attachment_count": literal(0),
        "created_at": literal(utcnow(), Message.created_at.type),
    }
    conversations = select(*values.values()).where(
        Conversation.listing_id == listing.id, Conversation.seq > 0
    )
    db.session.execute(insert(Message).from_select(list(values), conversations))


def _price_sentence(body: str) -> str:
    minor, currency = body.split()
    if minor == "0":
        return str(_("The listing is free now."))
    return str(_("The price is now %(price)s.", price=money_label(int(minor), currency)))
