"""Who takes part in a conversation, as one of them sees the others, and whether they can write."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import User
from marketplace.catalogue.models import Listing
from marketplace.messaging import policy
from marketplace.messaging.messages import MessageItem
from marketplace.messaging.models import Conversation, Participant
from marketplace.messaging.places import Place
from marketplace.messaging.presence import ACTIVE_WITHIN, shows_presence, shows_receipts
from marketplace.messaging.relation import Relation, relation
from marketplace.storage.database import iso, reader, utcnow
from marketplace.storage.statements import Lookup
from marketplace.texts.errors import NotFoundError


@dataclass(frozen=True)
class ParticipantItem:
    """A participant as the reader sees them.

    Who shows no receipts has read nothing, and who shows no presence was never here.
    """

    id: int
    name: str
    role: str
    read_seq: int
    typing: bool
    active: bool
    last_seen_at: datetime | None
    is_staff: bool = False
    first_seq: int = 0
    """Of the messages that are there for them."""
    blocked: bool = False
    """By the reader."""

    def has_read(self, seq: int) -> bool:
        """Whether they have seen a message, as far as they show it."""
        return self.first_seq <= seq <= self.read_seq

    def as_json(self) -> dict[str, Any]:
        """The form that contract and clients know. Of two all is there for both from the start."""
        beginning = {"first_seq": self.first_seq} if self.first_seq else {}
        return beginning | {
            "id": self.id,
            "name": self.name,
            "role": self.role,
            "read_seq": self.read_seq,
            "typing": self.typing,
            "active": self.active,
            "last_seen_at": iso(self.last_seen_at) if self.last_seen_at else None,
        }


@dataclass(frozen=True)
class Company:
    """Everyone in a conversation, as one of them sees it; ``closed`` is why this one cannot
    write, as a sentence, or None; ``kept_name``, what the other of two was called before a block.
    """

    reader_id: int
    is_group: bool
    everyone: list[ParticipantItem]
    closed: str | None
    kept_name: str | None

    @property
    def others(self) -> list[ParticipantItem]:
        """All but the reader."""
        return [each for each in self.everyone if each.id != self.reader_id]

    @property
    def other(self) -> ParticipantItem:
        """The one that a conversation of two is with. Of many, the first."""
        return self.others[0]

    @property
    def blocked_ids(self) -> frozenset[int]:
        """Whom the reader has blocked."""
        return frozenset(each.id for each in self.everyone if each.blocked)

    @property
    def receipt_seq(self) -> int:
        """How far all the others have read, as far as they show it."""
        return min((each.read_seq for each in self.others), default=0)

    def as_told(self, items: list[MessageItem]) -> list[MessageItem]:
        """Messages under the names that the reader sees."""
        if self.kept_name is None:
            return items
        return [
            item if item.sender_id == self.reader_id else replace(item, sender_name=self.kept_name)
            for item in items
        ]


def company_in(place: Place) -> Company:
    """Everyone in the conversation, by one statement.

    :raises NotFoundError: when this one has gone meanwhile.
    """
    reader_id = place.user_id
    rows = _company(relation()).rows(
        reader(), conversation_id=place.conversation_id, reader_id=reader_id
    )
    items = [_item(row, reader_id) for row in rows]
    if not rows:  # they have gone since their place was looked up
        raise NotFoundError
    # The sentence is about the two; in a group every row says the same.
    about = next((row for row in rows if row.id != reader_id), rows[0])
    closed = policy.sentence(about)
    return Company(reader_id, bool(about.is_group), items, closed, about.kept_name)


def _item(row: Any, reader_id: int) -> ParticipantItem:
    now = utcnow()
    is_reader, blocked = row.id == reader_id, row.by_me or row.by_other
    is_shown = row.shows_presence and not blocked
    # Of two, what was read before a block stays: the mark then stands still.
    tells = is_reader or (row.shows_receipts and not (row.is_group and blocked))
    seen_at = row.last_seen_at if is_shown else None
    return ParticipantItem(
        id=row.id,
        name=row.own_name if is_reader else row.name,
        is_staff=bool(row.is_staff),
        role=row.role.value,
        read_seq=row.receipt_seq if tells else 0,
        first_seq=row.first_seq,
        blocked=bool(row.by_me),
        typing=row.typing_until is not None and row.typing_until > now and not blocked,
        active=seen_at is not None and seen_at > now - ACTIVE_WITHIN,
        last_seen_at=seen_at.replace(second=0, microsecond=0) if seen_at else None,
    )


@cache
def _company(rule: Relation) -> Lookup:
    return Lookup(_statement(rule))


def _statement(rule: Relation) -> Select[*tuple[Any, ...]]:
    my_place, me = aliased(Participant), aliased(User)
    return (
        select(
            User.id,
            User.name.label("own_name"),
            User.is_staff,
            my_place.other_name.label("kept_name"),
            Participant.role,
            Participant.first_seq,
            Participant.receipt_seq,
            Participant.typing_until,
            User.last_seen_at,
            shows_presence(me, User).label("shows_presence"),
            shows_receipts(me, User).label("shows_receipts"),
            *policy.columns(rule, me.id, User.id, func.coalesce(my_place.other_name, User.name)),
        )
        .select_from(Participant)
        .join(User, User.id == Participant.user_id)
        .join(my_place, my_place.conversation_id == Participant.conversation_id)
        .join(me, me.id == my_place.user_id)
        .join(Conversation, Conversation.id == Participant.conversation_id)
        .outerjoin(Listing, Listing.id == Conversation.listing_id)
        .where(
            Participant.conversation_id == bindparam("conversation_id"),
            Participant.left_at.is_(None),
            my_place.user_id == bindparam("reader_id"),
            my_place.left_at.is_(None),
        )
        .order_by(Participant.user_id)
    )
