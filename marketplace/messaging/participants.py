"""Who takes part in a conversation, as one of them sees the others, and whether they can write."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import User
from marketplace.catalogue.models import Listing
from marketplace.messaging import policy
from marketplace.messaging.blocks import has_blocked
from marketplace.messaging.messages import MessageItem
from marketplace.messaging.models import Conversation, Participant
from marketplace.messaging.places import Place
from marketplace.messaging.presence import ACTIVE_WITHIN, shows_presence, shows_receipts
from marketplace.storage.database import iso, reader, utcnow
from marketplace.storage.statements import Lookup


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

    def as_json(self) -> dict[str, Any]:
        """The form that contract and clients know."""
        return {
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
    write, as a sentence, or None; ``blocked``, whether they have blocked the other; ``kept_name``,
    what the other was called before a block."""

    reader_id: int
    everyone: list[ParticipantItem]
    closed: str | None
    blocked: bool
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
    """Everyone in the conversation, by one statement."""
    reader_id = place.user_id
    rows = _company.rows(reader(), conversation_id=place.conversation_id, reader_id=reader_id)
    items = [_item(row, reader_id) for row in rows]
    others = [row for row in rows if row.id != reader_id]
    blocked = any(row.blocked_by_reader for row in others)
    kept_name = next((row.kept_name for row in others), None)
    return Company(reader_id, items, _closed(others), blocked, kept_name)


def _closed(others: list[Any]) -> str | None:
    """The policy's sentence about the reader and the other one."""
    if not others or others[0].status is None:
        return None
    other = others[0]
    return policy.closed_sentence(
        other.status, bool(other.blocked_by_reader), bool(other.has_blocked_reader), _name(other)
    )


def _name(other: Any) -> str:
    """What the reader sees as the name of somebody else."""
    return str(other.kept_name or other.name)


def _item(row: Any, reader_id: int) -> ParticipantItem:
    now = utcnow()
    is_shown = row.shows_presence and not (row.blocked_by_reader or row.has_blocked_reader)
    seen_at = row.last_seen_at if is_shown else None
    return ParticipantItem(
        id=row.id,
        name=row.name if row.id == reader_id else _name(row),
        is_staff=bool(row.is_staff),
        role=row.role.value,
        read_seq=row.receipt_seq if row.shows_receipts or row.id == reader_id else 0,
        typing=row.typing_until is not None and row.typing_until > now,
        active=seen_at is not None and seen_at > now - ACTIVE_WITHIN,
        last_seen_at=seen_at.replace(second=0, microsecond=0) if seen_at else None,
    )


def _statement() -> Select[*tuple[Any, ...]]:
    my_place, me = aliased(Participant), aliased(User)
    return (
        select(
            User.id,
            User.name,
            User.is_staff,
            my_place.other_name.label("kept_name"),
            Participant.role,
            Participant.receipt_seq,
            Participant.typing_until,
            User.last_seen_at,
            shows_presence(me, User).label("shows_presence"),
            shows_receipts(me, User).label("shows_receipts"),
            has_blocked(me.id, User.id).label("blocked_by_reader"),
            has_blocked(User.id, me.id).label("has_blocked_reader"),
            Listing.status,
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
        )
        .order_by(Participant.user_id)
    )


_company = Lookup(_statement())
