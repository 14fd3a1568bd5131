"""Searching one's inbox: by the other's name, the listing's title, or anything written.

Texts are folded here and not by the database, so that both find the same. So a search walks from
the newest conversation back, some at a time, and ends when a page is full or its time is over: the
next one goes on from where it came to. Nothing is kept for it when a message is sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from marketplace.accounts.models import User
from marketplace.catalogue.models import Listing
from marketplace.messaging.group_names import Member, members_of
from marketplace.messaging.kinds import written
from marketplace.messaging.models import Conversation, Message, Participant
from marketplace.storage.database import reader
from marketplace.texts.folding import fold

SECONDS = 1.0  # of one search; a thousand messages that have begun are finished
BATCH_CONVERSATIONS = 50
BATCH_MESSAGES = 1000
CONVERSATION_MESSAGES_MAX = 20_000  # of one conversation, the newest; see docs/interface.md

Rows = Sequence[Row[*tuple[Any, ...]]]
Position = tuple[datetime, int]  # of the last activity, and the conversation's id


@dataclass(frozen=True)
class Found:
    """Conversations in the inbox's order, and how far was looked: None for to the end."""

    ids: list[int]
    looked_to: Position | None


def look(
    conversations: Sequence[Any],
    other_id: Any,
    words: Sequence[str],
    limit: int,
    begin: Position | None,
) -> Found:
    """Find so many conversations in which every word occurs: in name and title, or a message.

    :param conversations: conditions for the participant's rows that are looked through.
    :param other_id: whose name counts, as a column.
    :param begin: look below this place only.
    """
    until = monotonic() + SECONDS
    ids: list[int] = []
    place = begin
    while batch := _batch(conversations, other_id, place):
        for rows in _together(batch):
            hits = _hits(rows, words, until)
            for row in rows:
                place = row.at, row.conversation_id
                if row.conversation_id in hits:
                    ids.append(row.conversation_id)
                if len(ids) == limit:
                    return Found(ids, place)
            if monotonic() > until:
                return Found(ids, place)
    return Found(ids, None)


def is_below(place: tuple[Any, Any]) -> ColumnElement[bool]:
    """Everything below a place of the inbox, as a range of its index."""
    moment, conversation_id = place
    return and_(
        Participant.last_activity_at <= moment,
        or_(
            Participant.last_activity_at < moment,
            Participant.conversation_id < conversation_id,
        ),
    )


def _batch(conversations: Sequence[Any], other_id: Any, below: Position | None) -> Rows:
    statement = (
        select(
            Participant.conversation_id,
            Participant.last_activity_at.label("at"),
            Participant.first_seq,
            Conversation.seq,
            func.coalesce(Participant.other_name, User.name).label("name"),
            func.coalesce(Participant.listing_title, Listing.title, Conversation.title, "").label(
                "title"
            ),
        )
        .join(Conversation, Conversation.id == Participant.conversation_id)
        .outerjoin(Listing, Listing.id == Conversation.listing_id)
        .outerjoin(User, User.id == other_id)
        .where(*conversations, Participant.last_activity_at.is_not(None))
        .order_by(Participant.last_activity_at.desc(), Participant.conversation_id.desc())
        .limit(BATCH_CONVERSATIONS)
        .prefix_with("STRAIGHT_JOIN", dialect="mysql")
    )
    if below is not None:
        statement = statement.where(is_below(below))
    with reader().connect() as connection:
        return connection.execute(statement).all()


def _together(batch: Rows) -> Iterator[Rows]:
    """The batch in its order: short conversations together, a long one by itself."""
    together: list[Any] = []
    for row in batch:
        if together and sum(each.seq for each in (*together, row)) > BATCH_MESSAGES:
            yield together
            together = []
        together.append(row)
    if together:
        yield together


def _hits(rows: Rows, words: Sequence[str], until: float) -> set[int]:
    """Of a long conversation the newest messages are looked at first, as far as the time goes:
    the next search goes on after it, and not with it."""
    members = members_of([row.conversation_id for row in rows if row.name is None])
    found = {row.conversation_id for row in rows if _has(_names(row, members), words)}
    left = [row for row in rows if row.conversation_id not in found]
    newest = max((row.seq for row in left), default=0)
    for last in range(newest, max(0, newest - CONVERSATION_MESSAGES_MAX), -BATCH_MESSAGES):
        ids = {row.conversation_id: row.first_seq for row in left}
        found |= _written_in(ids, last - BATCH_MESSAGES + 1, last, words)
        if found.issuperset(ids) or monotonic() > until:
            break
    return found


def _names(row: Any, members: Mapping[int, Sequence[Member]]) -> str:
    """What a conversation goes by: its title, and the other of two or all who are in a group."""
    if row.name is not None:
        return f"{row.name} {row.title}"
    names = (each.name for each in members[row.conversation_id] if not each.has_left)
    return " ".join((*names, row.title))


def _written_in(
    first_seqs: Mapping[int, int], first: int, last: int, words: Sequence[str]
) -> set[int]:
    """:param first_seqs: of each conversation that is looked through, what is there first."""
    statement = select(Message.conversation_id, Message.seq, Message.body).where(
        Message.conversation_id.in_(first_seqs),
        Message.seq.between(first, last),
        Message.deleted_at.is_(None),
        written(),
    )
    with reader().connect() as connection:
        rows = connection.execute(statement)
        return {
            row.conversation_id
            for row in rows
            if row.seq >= first_seqs[row.conversation_id] and _has(row.body, words)
        }


def _has(text: str, words: Sequence[str]) -> bool:
    folded = fold(text)
    return all(word in folded for word in words)
