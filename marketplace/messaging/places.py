"""A person's place in a conversation: the way in, and what everything there is read through."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, select

from marketplace.accounts.models import User
from marketplace.catalogue import cards
from marketplace.catalogue.cards import Card, card_of
from marketplace.catalogue.models import Listing, Photo
from marketplace.messaging.models import Conversation, Kind, Message, Participant, Role
from marketplace.storage.database import reader
from marketplace.storage.statements import Lookup, Step
from marketplace.texts.errors import NotFoundError


@dataclass(frozen=True)
class Place:
    """Who reads, and where. Whatever reads messages takes it, and no conversation's bare id: what
    somebody may see of a conversation is said here and nowhere else."""

    conversation_id: int
    user_id: int
    first_seq: int
    """Of the messages that are there for them; see ``Participant``."""

    @property
    def range(self) -> dict[str, int]:
        """The parameters of :data:`SEEN`."""
        return {"conversation_id": self.conversation_id, "first_seq": self.first_seq}

    def sees(self) -> ColumnElement[bool]:
        """The condition for the messages that are there for them."""
        return _sees(self.conversation_id, self.first_seq)


@dataclass(frozen=True)
class FullPlace(Place):
    """A place with what its pages show. ``other_name`` and ``listing_title`` are kept from before
    a block; see ``Participant``."""

    kind: Kind
    role: Role
    seq: int
    version: int
    read_seq: int
    unread: int
    archived: bool
    muted: bool
    typing_until: datetime | None
    other_name: str | None
    listing_title: str | None
    title: str | None
    """Of a group that was given one."""
    blocked: bool
    """The conversation itself, so that nobody writes in it."""
    listing: Card | None

    @property
    def is_group(self) -> bool:
        """Whether it is one of many, under a title, and about no listing."""
        return self.kind is Kind.GROUP


def seen_by_participant() -> ColumnElement[bool]:
    """The same between the columns of ``Participant`` and ``Message``, for who joins them."""
    return _sees(Participant.conversation_id, Participant.first_seq)


def _sees(conversation_id: Any, first_seq: Any) -> ColumnElement[bool]:
    return and_(Message.conversation_id == conversation_id, Message.seq >= first_seq)


def get_for(user: User, conversation_id: int) -> FullPlace:
    """The way in: this person's place in the conversation.

    :raises NotFoundError: when it does not exist or they do not take part; the two look alike.
    """
    rows = _PLACE.rows(reader(), conversation_id=conversation_id, user_id=user.id)
    return _place(rows[0] if rows else None)


def get_in_unit(user: User, conversation_id: int) -> FullPlace:
    """The same as the running unit of work has left it.

    :raises NotFoundError: as :func:`get_for`.
    """
    return _place(_PLACE_IN_UNIT.run(conversation_id=conversation_id, user_id=user.id))


def _place(row: Any) -> FullPlace:
    if row is None:
        raise NotFoundError
    return FullPlace(
        conversation_id=row.conversation_id,
        user_id=row.user_id,
        first_seq=row.first_seq,
        kind=row.kind,
        role=row.role,
        seq=row.seq,
        version=row.version,
        read_seq=row.read_seq,
        unread=row.unread,
        archived=bool(row.archived),
        muted=bool(row.muted),
        typing_until=row.typing_until,
        other_name=row.other_name,
        listing_title=row.listing_title,
        title=row.group_title,
        blocked=bool(row.is_blocked),
        listing=card_of(row) if row.listing_id is not None else None,
    )


def _statement() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Participant.conversation_id,
            Participant.user_id,
            Participant.first_seq,
            Conversation.kind,
            Participant.role,
            Conversation.seq,
            Conversation.version,
            Participant.read_seq,
            Participant.unread,
            Participant.archived,
            Participant.muted,
            Participant.typing_until,
            Participant.other_name,
            Participant.listing_title,
            Conversation.title.label("group_title"),
            Conversation.blocked_at.is_not(None).label("is_blocked"),
            *cards.COLUMNS,
        )
        .select_from(Participant)
        .join(Conversation, Conversation.id == Participant.conversation_id)
        .outerjoin(Listing, Listing.id == Conversation.listing_id)
        .outerjoin(Photo, cards.is_cover())
        .where(
            Participant.conversation_id == bindparam("conversation_id"),
            Participant.user_id == bindparam("user_id"),
            Participant.left_at.is_(None),
        )
    )


# The same for statements that are compiled once; a place's ``range`` has the parameters.
SEEN = _sees(bindparam("conversation_id"), bindparam("first_seq"))
_PLACE = Lookup(_statement())
_PLACE_IN_UNIT = Step(_statement())
