"""Blocking a conversation as a whole: until it is taken back nobody writes, invites or calls in it.

That is another thing than blocking a person (``blocks.py``): who did it, and when, is a line, and
everybody there sees it. The guard, ``policy.py``, looks at what is stored here.
"""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from marketplace.accounts.models import User
from marketplace.messaging import conversations, messages, places, policy
from marketplace.messaging.group_lines import GroupLine, told
from marketplace.messaging.models import Conversation, Role
from marketplace.messaging.places import FullPlace, Place
from marketplace.storage.database import db, transaction, utcnow
from marketplace.texts.errors import ForbiddenError


@transaction
def block(user: User, conversation_id: int) -> None:
    """Let nobody write in a conversation. One that is blocked already stays so.

    :raises NotFoundError: for who does not take part.
    :raises ForbiddenError: in a group, for who is no admin.
    :raises ClosedError: where nobody can write anyway: across a block of the person its line would
        be one more way to say something.
    """
    me = _locked(user, conversation_id)
    if not me.blocked:
        policy.check_may_write(user, conversation_id)
        _set(me, blocked_at=utcnow(), blocked_by_id=user.id)
        messages.tell(me, GroupLine.BLOCKED, told(user))


@transaction
def unblock(user: User, conversation_id: int) -> None:
    """Take it back.

    :raises NotFoundError: for who does not take part.
    :raises ForbiddenError: in a group, for who is no admin; elsewhere for who did not do it.
    :raises ClosedError: where nobody could write then either.
    """
    me = _locked(user, conversation_id)
    if not me.blocked:
        return
    if not may_unblock(me):
        raise ForbiddenError(_("Only who blocked this conversation can open it again."))
    _set(me, blocked_at=None, blocked_by_id=None)
    policy.check_may_write(user, conversation_id)
    messages.tell(me, GroupLine.UNBLOCKED, told(user))


@transaction
def close(place: Place) -> None:
    """Let nobody write in a conversation, and nobody in it take that back: who runs the site has
    decided it. Joins the unit of work that did; the line names nobody."""
    conversations.raise_version(place.conversation_id)
    _set(place, blocked_at=utcnow(), blocked_by_id=None)
    messages.tell(place, GroupLine.CLOSED)


def may_block(me: FullPlace) -> bool:
    """Whether it is theirs to decide: an admin's, and in one about a listing either side's."""
    return not me.is_group or me.role is Role.ADMIN


def may_unblock(me: FullPlace) -> bool:
    """Whether it is theirs to take back. In a group any admin may; of two, who did it. What who
    runs the site has closed, nobody."""
    by_id = db.session.scalar(
        select(Conversation.blocked_by_id).where(Conversation.id == me.conversation_id)
    )
    if me.is_group:
        return me.role is Role.ADMIN and by_id is not None
    return by_id == me.user_id


def _locked(user: User, conversation_id: int) -> FullPlace:
    conversations.raise_version(conversation_id)
    me = places.get_in_unit(user, conversation_id)
    if not may_block(me):
        raise ForbiddenError(_("Only an admin of the group can do this."))
    return me


def _set(place: Place, **values: Any) -> None:
    db.session.execute(
        update(Conversation).where(Conversation.id == place.conversation_id).values(values),
        execution_options={"synchronize_session": False},
    )
