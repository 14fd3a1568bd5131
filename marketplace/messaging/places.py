"""A person's place in a conversation: the way in, and what everything there is read through."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select

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

    def sees(self) -> ColumnElement[bool]:
        """The condition for the messages that are there for them."""
        return sees(self.conversation_id)


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
    listing: Card | None


def sees(conversation_id: Any) -> ColumnElement[bool]:
    """:meth:`Place.sees` for statements that are compiled once.

    :param conversation_id: a parameter, or a column.
    """
    condition: ColumnElement[bool] = Message.conversation_id == conversation_id
    return condition


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
        listing=card_of(row) if row.listing_id is not None else None,
    )


def _statement() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Participant.conversation_id,
            Participant.user_id,
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


_PLACE = Lookup(_statement())
_PLACE_IN_UNIT = Step(_statement())
