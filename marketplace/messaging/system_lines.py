"""Lines that nobody wrote: what a seller changes about a listing, told in its conversations."""

import enum
import secrets
from collections.abc import Sequence, Set
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, and_, literal, select, update

from marketplace.catalogue.models import Listing
from marketplace.catalogue.prices import money_label
from marketplace.messaging.blocks import has_blocked
from marketplace.messaging.kinds import MessageKind
from marketplace.messaging.models import Conversation, Message
from marketplace.storage.database import db, transaction, upsert, utcnow


class Line(enum.StrEnum):
    """The kinds of messages that are such a line."""

    PRICE_CHANGED = "price_changed"
    RESERVED = "reserved"
    AVAILABLE = "available"
    SOLD = "sold"
    WITHDRAWN = "withdrawn"


STATUS_LINES = tuple(line.value for line in Line if line is not Line.PRICE_CHANGED)
AT_ONCE = 10_000  # conversations in a statement; SQLite takes 32,766 values
AS_STORED = {"synchronize_session": False}


@transaction
def follow_listing(listing: Listing, changed: Set[str]) -> None:
    """Have every page about a listing notice its change, with a line where somebody has written
    and neither has blocked the other.

    A line that would stand right after one of its own sort takes that one's place: who changes a
    price three times, or reserves and frees, tells where it ended.

    Joins the unit that changes the listing. As many statements for thousands of conversations as
    for one: the UPDATE takes the locks of all of them, as every writer does first, so that what is
    read and given out after it is still true when the lines are stored. Nobody's inbox moves,
    nothing becomes unread. Two such units never want the same conversation in another order: a
    listing's change has at most one in common with a block, and none with that of another listing.
    """
    db.session.execute(
        update(Conversation)
        .where(Conversation.listing_id == listing.id)
        .values(version=Conversation.version + 1),
        execution_options=AS_STORED,
    )
    if line := _line(listing, changed):
        _tell(listing, line)


def _line(listing: Listing, changed: Set[str]) -> Line | None:
    if "status" in changed:
        return Line(listing.status.value)
    return Line.PRICE_CHANGED if changed & {"price_minor", "currency"} else None


def _tell(listing: Listing, line: Line) -> None:
    sort = (line,) if line is Line.PRICE_CHANGED else STATUS_LINES
    newest = db.session.execute(_newest_where_told(listing)).all()
    for start in range(0, len(newest), AT_ONCE):
        some = newest[start : start + AT_ONCE]
        _raise_seq([row.conversation_id for row in some if row.kind not in sort])
        _store(listing, line, [row.conversation_id for row in some])


def _newest_where_told(listing: Listing) -> Select[int, int, str]:
    """What a block keeps back is not told after it either. Locks nothing: the conversations are,
    and a statement that changes them would lock what it looks at besides."""
    buyer_id, seller_id = Conversation.buyer_id, listing.seller_id
    return (
        select(Message.conversation_id, Message.seq, Message.kind)
        .join(
            Conversation,
            and_(Conversation.id == Message.conversation_id, Conversation.seq == Message.seq),
        )
        .where(
            Conversation.listing_id == listing.id,
            ~has_blocked(buyer_id, seller_id),
            ~has_blocked(seller_id, buyer_id),
        )
    )


def _raise_seq(conversation_ids: Sequence[int]) -> None:
    db.session.execute(
        update(Conversation)
        .where(Conversation.id.in_(conversation_ids))
        .values(seq=Conversation.seq + 1),
        execution_options=AS_STORED,
    )


def _store(listing: Listing, line: Line, conversation_ids: Sequence[int]) -> None:
    """At the newest place of each: a line that has it already says this from now on."""
    values = {
        "conversation_id": Conversation.id,
        "seq": Conversation.seq,
        "version": Conversation.version,
        "sender_id": literal(listing.seller_id),
        "client_id": literal(secrets.token_urlsafe(16)),
        "kind": literal(line.value),
        "body": literal(_body(listing, line)),
        "attachment_count": literal(0),
        "created_at": literal(utcnow(), Message.created_at.type),
    }
    lines = select(*values.values()).where(Conversation.id.in_(conversation_ids))
    told_anew = ("version", "kind", "body", "created_at")
    db.session.execute(upsert(Message, list(values), lines, told_anew))


def _body(listing: Listing, line: Line) -> str:
    """A price is stored as a number, for each reader's language to write it."""
    return f"{listing.price_minor} {listing.currency}" if line is Line.PRICE_CHANGED else ""


def _price_sentence(body: str) -> str:
    minor, currency = body.split()
    if minor == "0":
        return str(_("The listing is free now."))
    return str(_("The price is now %(price)s.", price=money_label(int(minor), currency)))


def _price_data(body: str) -> dict[str, Any]:
    minor, currency = body.split()
    return {"price_minor": int(minor), "currency": currency}


KINDS = (
    MessageKind(Line.PRICE_CHANGED, "tag", _price_sentence, _price_data),
    MessageKind(Line.RESERVED, "bookmark", lambda _body: str(_("The listing is reserved."))),
    MessageKind(Line.AVAILABLE, "tag", lambda _body: str(_("The listing is available again."))),
    MessageKind(Line.SOLD, "sent", lambda _body: str(_("The listing is sold."))),
    MessageKind(Line.WITHDRAWN, "ban", lambda _body: str(_("The listing was taken down."))),
)
