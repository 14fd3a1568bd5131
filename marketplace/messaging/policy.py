"""Who may write to whom. The one guard for every way to reach somebody.

A marketplace's relation: a buyer writes about a listing they can see, and both answer while it
is open and neither has blocked the other. For another relation (patients and their doctors)
these functions are what to replace.
"""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, case, func, select

from marketplace.accounts.models import User
from marketplace.catalogue.models import Listing, Status
from marketplace.messaging.blocks import has_blocked
from marketplace.messaging.models import Conversation, Participant
from marketplace.messaging.places import Place
from marketplace.storage.statements import Step
from marketplace.texts.errors import ForbiddenError, NotFoundError
from marketplace.texts.rules import isolated


class ClosedError(ForbiddenError):
    """Nobody may write here any more; what was written stays readable."""

    code = "closed"


def check_may_open(user: User, listing: Listing) -> None:
    """Let a buyer begin a conversation about this listing.

    :raises ForbiddenError: for the owner.
    :raises ClosedError: when it is no longer for sale, or one of the two blocked the other.
    """
    if listing.seller_id == user.id:
        raise ForbiddenError(_("This is your own listing."))
    _check(closed_about(user, listing))


def check_may_write(user: User, conversation_id: int) -> None:
    """Let a participant write, type, or reach the other in any way.

    :raises NotFoundError: for who does not take part.
    :raises ClosedError: with the sentence that stands in place of the composer.
    """
    check_standing(_STANDING.run(user_id=user.id, conversation_id=conversation_id))


def check_standing(row: Any) -> Any:
    """The same by the row of :data:`STANDING`, for who reads it with something else; that row.

    A unit of work that writes reads it under the conversation's lock: a block and a sale take
    the same lock, so that nothing comes through once they are stored.

    :raises NotFoundError, ClosedError: as :func:`check_may_write`.
    """
    if row is None:
        raise NotFoundError
    _check(_sentence(row))
    return row


def closed(me: Place) -> str | None:
    """Why this participant cannot write here, as a sentence; None when they can."""
    return _sentence(_STANDING.run(user_id=me.user_id, conversation_id=me.conversation_id))


def closed_about(user: User, listing: Listing) -> str | None:
    """Why this buyer cannot write about a listing; None when they can."""
    return _closed_between(user.id, listing.seller_id, listing)


def closed_listing(listing: Listing) -> str | None:
    """Why nobody can write about this listing; None when somebody can."""
    return _closed_status(listing.status)


def closed_sentence(
    status: Status, blocked_by_me: bool, blocked_by_other: bool, other_name: str
) -> str | None:
    """Why somebody cannot write, told to them; None when they can.

    Who was blocked is not told so: the same would be said of an account that is gone.
    """
    if blocked_by_me:
        return str(_("You blocked %(name)s.", name=isolated(other_name)))
    sentence = _closed_status(status)
    if sentence is None and blocked_by_other:
        return str(_("It is not possible to write here."))
    return sentence


def _check(sentence: str | None) -> None:
    if sentence:
        raise ClosedError(sentence)


def _closed_between(user_id: int, other_id: int, listing: Listing) -> str | None:
    """One statement by primary keys, past what the session has seen before."""
    return _sentence(_BETWEEN.run(user_id=user_id, other_id=other_id, listing_id=listing.id))


def _sentence(row: Any) -> str | None:
    if row.status is None:
        return None
    return closed_sentence(row.status, bool(row.by_me), bool(row.by_other), row.name)


def _closed_status(status: Status) -> str | None:
    if status is Status.SOLD:
        return str(_("This listing is sold; nobody can write about it any more."))
    if status is Status.WITHDRAWN:
        return str(_("This listing was taken down; nobody can write about it any more."))
    return None


def _standing(user_id: Any, other_id: Any, name: Any = User.name) -> tuple[Any, ...]:
    """What the sentence depends on, as columns of a statement."""
    return (
        Listing.status,
        has_blocked(user_id, other_id).label("by_me"),
        has_blocked(other_id, user_id).label("by_other"),
        name,
    )


_other_id = case(
    (Conversation.buyer_id == bindparam("user_id"), Listing.seller_id),
    else_=Conversation.buyer_id,
)
_other_name = func.coalesce(Participant.other_name, User.name).label("name")
# A participant's, by ``user_id`` and ``conversation_id``; no row for who does not take part.
STANDING = (
    select(*_standing(bindparam("user_id"), User.id, _other_name))
    .select_from(Participant)
    .join(Conversation, Conversation.id == Participant.conversation_id)
    .outerjoin(Listing, Listing.id == Conversation.listing_id)
    .outerjoin(User, User.id == _other_id)
    .where(
        Participant.conversation_id == bindparam("conversation_id"),
        Participant.user_id == bindparam("user_id"),
        Participant.left_at.is_(None),
    )
)
_STANDING = Step(STANDING)
_BETWEEN = Step(
    select(*_standing(bindparam("user_id"), bindparam("other_id")))
    .join_from(Listing, User, User.id == bindparam("other_id"))
    .where(Listing.id == bindparam("listing_id"))
)
