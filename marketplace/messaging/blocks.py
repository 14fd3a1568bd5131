"""Blocking: who wants to hear no more of somebody. It silences both, and hides nothing."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.orm import aliased

from marketplace.accounts.models import User
from marketplace.catalogue.models import Listing
from marketplace.messaging.models import Block, Conversation, Kind, Participant, Role
from marketplace.storage.database import db, transaction
from marketplace.texts.errors import ForbiddenError, NotFoundError


@transaction
def block(user: User, other_id: int) -> str:
    """Let neither of the two write to the other; the name of the one who was blocked, as this
    person goes on reading it.

    Every page about a conversation of theirs notices with its next poll.

    :raises ForbiddenError: for oneself.
    :raises NotFoundError: for who shares no conversation with this person, and for nobody.
    """
    other = _lock_shared(user, other_id)
    found = db.session.scalar(select(has_blocked(user.id, other_id)))
    if not found:
        db.session.add(Block(blocker_id=user.id, blocked_id=other_id))
        _keep_names(user, other)
    return _name_read_by(user, other)


@transaction
def unblock(user: User, other_id: int) -> str:
    """Take one's own block back; one that the other has set stays. The name, as :func:`block`.

    :raises ForbiddenError, NotFoundError: as :func:`block`.
    """
    other = _lock_shared(user, other_id)
    db.session.execute(
        delete(Block).where(Block.blocker_id == user.id, Block.blocked_id == other_id)
    )
    if not db.session.scalar(select(has_blocked(other_id, user.id))):
        alone = _shared_conversations(user, other_id, alone=True)
        _set_kept(alone, other_name=None, listing_title=None)
    return _name_read_by(user, other)


def has_blocked(blocker_id: Any, blocked_id: Any) -> ColumnElement[bool]:
    """Whether one wants to hear no more of the other, as part of a statement: ids or columns."""
    return (
        exists()
        .where(Block.blocker_id == blocker_id, Block.blocked_id == blocked_id)
        .correlate_except(Block)
    )


def _keep_names(user: User, other: User) -> None:
    """Each goes on reading what the other is called now, and the buyer what it is about: a new
    name or title is one more way to say something. What an older block keeps stays."""
    shared = _shared_conversations(user, other.id, alone=True)
    for reader, name in ((user, other.name), (other, user.name)):
        _set_kept(shared, Participant.user_id == reader.id, other_name=name)
    title = (
        select(Listing.title)
        .join(Conversation, Conversation.listing_id == Listing.id)
        .where(Conversation.id == Participant.conversation_id)
        .scalar_subquery()
    )
    _set_kept(shared, Participant.role == Role.BUYER, listing_title=title)


def _name_read_by(user: User, other: User) -> str:
    """An older block, of either, may have kept another name than today's."""
    shared = _shared_conversations(user, other.id, alone=True)
    kept = select(Participant.other_name).where(
        Participant.user_id == user.id, Participant.conversation_id.in_(shared)
    )
    return db.session.scalars(kept).first() or other.name


def _set_kept(conversation_ids: list[int], *chosen: ColumnElement[bool], **values: Any) -> None:
    """In what is new or no longer kept: what a block has kept is not overwritten by another."""
    unkept = [
        getattr(Participant, name).is_(None) for name, value in values.items() if value is not None
    ]
    db.session.execute(
        update(Participant)
        .where(Participant.conversation_id.in_(conversation_ids), *chosen, *unkept)
        .values(values),
        execution_options={"synchronize_session": False},
    )


def _lock_shared(user: User, other_id: int) -> User:
    """Raise the version of all their conversations: it takes the locks that writers wait for."""
    if other_id == user.id:
        raise ForbiddenError(_("You cannot block yourself."))
    shared = _shared_conversations(user, other_id)
    other = db.session.get(User, other_id) if shared else None
    if other is None:
        raise NotFoundError
    db.session.execute(
        update(Conversation)
        .where(Conversation.id.in_(shared))
        .values(version=Conversation.version + 1),
        execution_options={"synchronize_session": False},
    )
    return other


def _shared_conversations(user: User, other_id: int, *, alone: bool = False) -> list[int]:
    """:param alone: only those of just the two: in a group each is shown as to all others."""
    mine, theirs = aliased(Participant), aliased(Participant)
    statement = (
        select(mine.conversation_id)
        .join(theirs, theirs.conversation_id == mine.conversation_id)
        .where(mine.user_id == user.id, theirs.user_id == other_id)
        .order_by(mine.conversation_id)
    )
    if alone:
        statement = statement.join(Conversation, Conversation.id == mine.conversation_id).where(
            Conversation.kind == Kind.LISTING
        )
    return list(db.session.scalars(statement))
