"""Signs of life: who is here, who is writing, and who may see it.

Presence is coarse on purpose: "active" means seen within two minutes, and the time before that is
told to the minute. Neither is told between two of whom one hides it or has blocked the other.
None of this touches the conversation, so that somebody who types keeps nobody from sending.
"""

from datetime import timedelta

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    and_,
    bindparam,
    case,
    func,
    not_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from marketplace.accounts.models import SignIn, User
from marketplace.broadcast import Typing, publish
from marketplace.messaging import places, policy
from marketplace.messaging.models import Participant
from marketplace.storage.database import transaction, utcnow
from marketplace.storage.statements import Step, as_text

ACTIVE_WITHIN = timedelta(minutes=2)
TYPING_LASTS = timedelta(seconds=6)
TYPING_IS_FRESH = timedelta(seconds=3)  # a sign that holds this much longer is not renewed


def note_typing(user: User, conversation_id: int) -> None:
    """Show the others that somebody is writing, for six seconds or until the message comes.

    :raises NotFoundError: for an outsider.
    :raises ClosedError: when the policy lets them write nothing here.
    """
    me = places.get_for(user, conversation_id)
    policy.check_may_write(user, conversation_id)
    if me.typing_until is None or me.typing_until < utcnow() + TYPING_IS_FRESH:
        _store_typing(user, conversation_id)


@transaction
def _store_typing(user: User, conversation_id: int) -> None:
    _TYPES.run(
        conversation_id=conversation_id, user_id=user.id, until=as_text(utcnow() + TYPING_LASTS)
    )
    publish(Typing(conversation_id, user.id))


@transaction
def note_seen(user_id: int) -> None:
    """Note that somebody was here just now."""
    _SEEN.run(user_id=user_id, now=as_text(utcnow()))


_TYPES = Step(
    update(Participant)
    .where(
        Participant.conversation_id == bindparam("conversation_id"),
        Participant.user_id == bindparam("user_id"),
    )
    .values(typing_until=bindparam("until"))
)
_SEEN = Step(
    update(User).where(User.id == bindparam("user_id")).values(last_seen_at=bindparam("now"))
)


def shows_presence(reader: type[User], other: type[User]) -> ColumnElement[bool]:
    """Whether both show when they were here: as a part of a statement."""
    return and_(reader.shows_presence, other.shows_presence)


def shows_receipts(reader: type[User], other: type[User]) -> ColumnElement[bool]:
    """Whether both show how far they have read: as a part of a statement."""
    return and_(reader.shows_receipts, other.shows_receipts)


def signs_of_others() -> ScalarSelect[str]:
    """A part of the poll's statement about a ``SignIn`` and its ``User``: one number for each
    other participant, which changes with anything the reader is shown of them but the read mark.

    Blocks are left out: one raises the conversation's version anyway, and to look at them here
    costs a database server a sixth of an idle poll. Wants ``conversation_id``, ``now`` and
    ``active_since``.
    """
    place, other = aliased(Participant), aliased(User)
    typing = case((place.typing_until > bindparam("now"), 1), else_=0)
    present = case(
        (not_(shows_presence(User, other)), 0),
        (other.last_seen_at > bindparam("active_since"), 2),
        else_=4,
    )
    receipts = case((shows_receipts(User, other), 8), else_=0)
    return (
        select(func.group_concat(other.id * 16 + typing + present + receipts))
        .join_from(place, other, other.id == place.user_id)
        .where(
            place.conversation_id == bindparam("conversation_id"),
            place.user_id != SignIn.user_id,
            place.left_at.is_(None),
        )
        .correlate(SignIn, User)
        .scalar_subquery()
    )
