"""Who may write to whom. The one guard for every way to reach somebody.

It asks what is the same everywhere: whether they take part, whether one has blocked the other, and
whether the conversation is blocked. What a person has to be to another is the business of one class
that the settings name; see ``relation.py``.
"""

from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, case, false, func, select

from marketplace.accounts.models import User
from marketplace.catalogue.models import Listing
from marketplace.messaging.blocks import has_blocked
from marketplace.messaging.models import Conversation, Kind, Participant
from marketplace.messaging.places import Place
from marketplace.messaging.relation import Relation, relation
from marketplace.storage.database import BIGGEST, db, reader
from marketplace.storage.statements import Step
from marketplace.texts import folding
from marketplace.texts.errors import ForbiddenError, NotFoundError
from marketplace.texts.rules import isolated

AVAILABLE_MAX = 50


@dataclass(frozen=True)
class Available:
    """Somebody whom one may write to, as pages and programs get them. Never their address."""

    id: int
    name: str
    role: str
    is_staff: bool = False


class ClosedError(ForbiddenError):
    """Nobody may write here any more; what was written stays readable."""

    code = "closed"


def check_may_open(user: User, listing: Listing) -> None:
    """Let a buyer begin a conversation about this listing.

    :raises ForbiddenError: for the owner.
    :raises ClosedError: when the relation refuses, or one of the two blocked the other.
    """
    relation().check_may_open(user, listing)
    _check(closed_about(user, listing))


def check_may_write(user: User, conversation_id: int) -> None:
    """Let a participant write, type, or reach the other in any way.

    :raises NotFoundError: for who does not take part.
    :raises ClosedError: with the sentence that stands in place of the composer.
    """
    check_standing(_standing_of(relation()).run(user_id=user.id, conversation_id=conversation_id))


def check_standing(row: Any) -> Any:
    """The same by a row of :func:`standing`, for who reads it with something else; that row.

    A unit of work that writes reads it under the conversation's lock: a block and a sale take
    the same lock, so that nothing comes through once they are stored.

    :raises NotFoundError, ClosedError: as :func:`check_may_write`.
    """
    if row is None:
        raise NotFoundError
    _check(sentence(row))
    return row


def closed(me: Place) -> str | None:
    """Why this participant cannot write here, as a sentence; None when they can."""
    row = _standing_of(relation()).run(user_id=me.user_id, conversation_id=me.conversation_id)
    return sentence(row)


def closed_about(user: User, listing: Listing) -> str | None:
    """Why this buyer cannot write about a listing; None when they can: one statement by primary
    keys, past what the session has seen before."""
    ids = {"user_id": user.id, "other_id": listing.seller_id, "listing_id": listing.id}
    return sentence(_between(relation()).run(**ids))


def closed_listing(listing: Listing) -> str | None:
    """Why nobody can write about this listing; None when somebody can."""
    return relation().closed_to_all(listing)


def available(user: User, q: str = "", limit: int = AVAILABLE_MAX) -> list[Available]:
    """Whom this person may invite into a group, by name, of those in whose name each word of ``q``
    occurs. Never who has blocked them or whom they have blocked."""
    words = folding.words(q)
    if q and not words:
        return []
    with reader().connect() as connection:
        found = connection.execute(_available(user.id).order_by(User.name, User.id)).all()
    hits = (row for row in found if all(word in folding.fold(row.name) for word in words))
    return [Available(*row) for row in islice(hits, limit)]


def get_available(user: User, other_id: int) -> Available:
    """One of :func:`available`, as the running unit of work sees it.

    :raises NotFoundError: for anybody else, who looks like somebody that does not exist.
    """
    row = None
    if 0 < other_id <= BIGGEST:
        row = db.session.execute(_available(user.id).where(User.id == other_id)).first()
    if row is None:
        raise NotFoundError(_("This person is not here, or you cannot write to them."))
    return Available(*row)


def _available(user_id: int) -> Select[*tuple[Any, ...]]:
    related = relation().available(user_id).subquery()
    other_id, role = related.c
    return (
        select(User.id, User.name, role, User.is_staff)
        .join_from(related, User, User.id == other_id)
        .where(
            User.active,
            ~has_blocked(user_id, User.id),
            ~has_blocked(User.id, user_id),
        )
    )


def sentence(row: Any) -> str | None:
    """Why somebody cannot write, told to them, by the columns of :func:`columns`; None when they
    can.

    Who was blocked is not told so: the same would be said of an account that is gone. In a group a
    block between two of many keeps nobody from writing.
    """
    if row.by_me and not row.is_group:
        return str(_("You blocked %(name)s.", name=isolated(row.name)))
    refused = relation().refusal(row.standing)
    if refused is None and row.by_other and not row.is_group:
        return str(_("It is not possible to write here."))
    if refused is None and row.is_blocked:
        return str(_("This conversation is blocked; nobody can write in it."))
    return refused


def _check(why: str | None) -> None:
    if why:
        raise ClosedError(why)


def columns(rule: Relation, user_id: Any, other_id: Any, name: Any) -> tuple[Any, ...]:
    """What the sentence depends on, of a statement about a ``Conversation`` and its ``Listing``."""
    return (
        rule.standing(user_id, other_id).label("standing"),
        (Conversation.kind == Kind.GROUP).label("is_group"),
        Conversation.blocked_at.is_not(None).label("is_blocked"),
        has_blocked(user_id, other_id).label("by_me"),
        has_blocked(other_id, user_id).label("by_other"),
        name.label("name"),
    )


@cache
def standing(rule: Relation) -> Select[*tuple[Any, ...]]:
    """A participant's, by ``user_id`` and ``conversation_id``; no row for an outsider."""
    name = func.coalesce(Participant.other_name, User.name)
    return (
        select(*columns(rule, bindparam("user_id"), User.id, name))
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


@cache
def _standing_of(rule: Relation) -> Step:
    return Step(standing(rule))


@cache
def _between(rule: Relation) -> Step:
    """Before there is a conversation, between who asks and who sells."""
    user_id: Any = bindparam("user_id")
    other_id: Any = bindparam("other_id")
    return Step(
        select(
            rule.between(user_id, other_id).label("standing"),
            false().label("is_group"),
            false().label("is_blocked"),
            has_blocked(user_id, other_id).label("by_me"),
            has_blocked(other_id, user_id).label("by_other"),
            User.name.label("name"),
        )
        .join_from(Listing, User, User.id == other_id)
        .where(Listing.id == bindparam("listing_id"))
    )


_other_id = case(
    (Conversation.buyer_id == bindparam("user_id"), Listing.seller_id),
    else_=Conversation.buyer_id,
)
