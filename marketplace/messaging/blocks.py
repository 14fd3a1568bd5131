"""Blocking: who wants to hear no more of somebody. It silences both, and hides nothing."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.orm import aliased

from marketplace.accounts.models import User
from marketplace.database import db, transaction
from marketplace.errors import ForbiddenError, NotFoundError
from marketplace.messaging.models import Block, Conversation, Participant


@transaction
def block(user: User, other_id: int) -> User:
    """Let neither of the two write to the other; the one who was blocked.

    Every page about a conversation of theirs notices with its next poll.

    :raises ForbiddenError: for oneself.
    :raises NotFoundError: for who shares no conversation with this person, and for nobody.
    """
    other = _lock_shared(user, other_id)
    found = db.session.scalar(select(has_blocked(user.id, other_id)))
    if not found:
        db.session.add(Block(blocker_id=user.id, blocked_id=other_id))
    return other


@transaction
def unblock(user: User, other_id: int) -> User:
    """Take one's own block back; one that the other has set stays.

    :raises ForbiddenError, NotFoundError: as :func:`block`.
    """
    other = _lock_shared(user, other_id)
    db.session.execute(
        delete(Block).where(Block.blocker_id == user.id, Block.blocked_id == other_id)
    )
    return other


def has_blocked(blocker_id: Any, blocked_id: Any) -> ColumnElement[bool]:
    """Whether one wants to hear no more of the other, as part of a statement: ids or columns."""
    return (
        exists()
        .where(Block.blocker_id == blocker_id, Block.blocked_id == blocked_id)
        .correlate_except(Block)
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


def _shared_conversations(user: User, other_id: int) -> list[int]:
    mine, theirs = aliased(Participant), aliased(Participant)
    statement = (
        select(mine.conversation_id)
        .join(theirs, theirs.conversation_id == mine.conversation_id)
        .where(mine.user_id == user.id, theirs.user_id == other_id)
        .order_by(mine.conversation_id)
    )
    return list(db.session.scalars(statement))
