"""Conversations: opening one, what somebody does with theirs, and how far its readers are."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, case, func, select, update
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import User
from marketplace.broadcast import ConversationRead, publish
from marketplace.catalogue import listings
from marketplace.catalogue.models import Listing
from marketplace.messaging import pace, policy
from marketplace.messaging.kinds import counting, is_any
from marketplace.messaging.models import Conversation, Message, Participant, Role
from marketplace.messaging.places import SEEN, FullPlace, get_in_unit
from marketplace.messaging.relation import Relation, relation
from marketplace.storage.database import db, transaction
from marketplace.storage.statements import Step
from marketplace.texts.errors import NotFoundError, TooManyError


@dataclass(frozen=True)
class Numbers:
    """The place of a conversation's newest message, and the number of its newest change."""

    seq: int
    version: int


def find_about(user: User, listing: Listing) -> int | None:
    """The id of this buyer's conversation about the listing, if there is one."""
    return db.session.scalar(
        select(Conversation.id).where(
            Conversation.listing_id == listing.id, Conversation.buyer_id == user.id
        )
    )


def open_about(buyer: User, listing_id: int) -> int:
    """Find or open the buyer's conversation about a listing; its id.

    Any number of clicks at once make one: the pair (listing, buyer) is unique, and whoever comes
    second finds what the first one made.

    :raises NotFoundError: for a listing this person cannot see.
    :raises ForbiddenError: when the policy refuses to open one.
    :raises TooManyError: for a young account that has opened enough today.
    """
    listing = listings.get_visible(buyer, listing_id)
    found = find_about(buyer, listing)
    if found is not None:
        return found
    policy.check_may_open(buyer, listing)
    try:
        return _open(buyer, listing)
    except (IntegrityError, TooManyError):
        found = find_about(buyer, listing)
        if found is None:
            raise
        return found


@transaction
def _open(buyer: User, listing: Listing) -> int:
    pace.check_may_open_another(buyer)
    conversation = Conversation(listing_id=listing.id, buyer_id=buyer.id)
    db.session.add(conversation)
    db.session.flush()
    for user_id, role in ((buyer.id, Role.BUYER), (listing.seller_id, Role.SELLER)):
        db.session.add(Participant(conversation_id=conversation.id, user_id=user_id, role=role))
    return conversation.id


@transaction
def mark_read(user: User, conversation_id: int, seq: int) -> int:
    """Move this person's read mark forward to ``seq``, never back; where it then stands."""
    me = get_in_unit(user, conversation_id)
    if min(seq, me.seq) <= me.read_seq:
        return me.read_seq
    read_seq = min(seq, raise_version(conversation_id).seq)
    # Across a block nobody is shown any more what the other has read.
    _set_read_mark(me, read_seq, receipt=read_seq if me.other_name is None else 0)
    publish(ConversationRead(conversation_id, user.id, read_seq))
    return read_seq


@transaction
def mark_unread(user: User, conversation_id: int) -> int:
    """Set this person's place back to before the last message of another; where it then stands.

    The others keep the receipt they have seen. Without a message of another nothing happens.
    """
    me = get_in_unit(user, conversation_id)
    raise_version(conversation_id)
    last = db.session.scalar(
        select(func.max(Message.seq)).where(
            me.sees(), Message.sender_id != user.id, is_any(counting())
        )
    )
    if last is None or last > me.read_seq:
        return me.read_seq
    _set_read_mark(me, last - 1)
    return last - 1


def _set_read_mark(me: FullPlace, read_seq: int, receipt: int = 0) -> None:
    """Set the place and recount what is after it. Only under the conversation's lock.

    A mark set forward meanwhile by another tab is left where it is.

    :param receipt: how far the others are shown that this person has read, unless it is further.
    """
    _read_mark(counting()).run(
        **me.range, user_id=me.user_id, was=me.read_seq, now=read_seq, receipt=receipt
    )


@cache
def _read_mark(kinds: tuple[str, ...]) -> Step:
    """:param kinds: of the messages that count as unread."""
    user_id: Any = bindparam("user_id")
    unread = (
        select(func.count())
        .where(SEEN, Message.seq > bindparam("now"), Message.sender_id != user_id, is_any(kinds))
        .scalar_subquery()
    )
    shown = case(
        (Participant.receipt_seq < bindparam("receipt"), bindparam("receipt")),
        else_=Participant.receipt_seq,
    )
    unmoved = Participant.read_seq == bindparam("was")
    further = Participant.read_seq < bindparam("now")
    return Step(
        update(Participant)
        .where(
            Participant.conversation_id == bindparam("conversation_id"),
            Participant.user_id == user_id,
            unmoved | further,
        )
        .values(read_seq=bindparam("now"), unread=unread, receipt_seq=shown)
    )


def archive(user: User, conversation_id: int, *, archived: bool) -> None:
    """Put a conversation away for oneself, or take it back. A new message takes it back too."""
    arrange(user, conversation_id, archived=archived)


def mute(user: User, conversation_id: int, *, muted: bool) -> None:
    """Have a conversation make no sound and no notification for oneself, or let it again."""
    arrange(user, conversation_id, muted=muted)


@transaction
def arrange(
    user: User, conversation_id: int, *, archived: bool | None = None, muted: bool | None = None
) -> FullPlace:
    """Set what is given for oneself; the place as it then is."""
    get_in_unit(user, conversation_id)
    raise_version(conversation_id)
    given = {"archived": archived, "muted": muted}
    values = {name: value for name, value in given.items() if value is not None}
    if values:
        db.session.execute(
            update(Participant)
            .where(Participant.conversation_id == conversation_id, Participant.user_id == user.id)
            .values(values)
        )
    return get_in_unit(user, conversation_id)


def raise_version(conversation_id: int, *, messages: int = 0) -> Numbers:
    """Take the number of a change, and the place of a message where it brings one.

    The UPDATE comes first in every unit that changes a conversation. It takes the row's lock,
    so that writers of one conversation queue here and the order of numbers is the order of
    commits: a cursor that has seen ``version`` can never be overtaken by a lower one.

    :raises NotFoundError: when there is no such conversation.
    """
    _RAISE.run(conversation_id=conversation_id, messages=messages)
    row = _NUMBERS.run(conversation_id=conversation_id)
    if row is None:
        raise NotFoundError
    return Numbers(row.seq, row.version)


def take_place(user: User, conversation_id: int) -> Numbers:
    """Take the numbers of this person's next message, as :func:`raise_version` does.

    What they may do is read together with the numbers: all who write here wait for each
    statement between the lock and the commit.

    :raises NotFoundError, ClosedError: as :func:`policy.check_may_write`.
    """
    _RAISE.run(conversation_id=conversation_id, messages=1)
    row = policy.check_standing(
        _numbers_and_standing(relation()).run(user_id=user.id, conversation_id=conversation_id)
    )
    return Numbers(row.seq, row.version)


@cache
def _numbers_and_standing(rule: Relation) -> Step:
    return Step(policy.standing(rule).add_columns(Conversation.seq, Conversation.version))


_RAISE = Step(
    update(Conversation)
    .where(Conversation.id == bindparam("conversation_id"))
    .values(seq=Conversation.seq + bindparam("messages"), version=Conversation.version + 1)
)
_NUMBERS = Step(
    select(Conversation.seq, Conversation.version).where(
        Conversation.id == bindparam("conversation_id")
    )
)
