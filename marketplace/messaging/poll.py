"""The hot path. Every open page asks every two seconds, and almost always nothing is new.

One statement by primary keys answers whether the sign-in stands, whether the person takes part,
which version the conversation has, who types, who is here, and the unread totals. From it comes
the ETag; when the asker has that one already there is nothing else to do. It goes past all of
SQLAlchemy; see ``marketplace/storage/statements.py``.

The order matters: the version is read *before* the rows and is the answer's cursor, so that what
happens in between comes with the next poll. A cursor taken after the rows loses messages.
"""

import functools
import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import aliased

from marketplace.accounts.models import SignIn, User
from marketplace.messaging import messages, presence
from marketplace.messaging.inbox import UnreadTotals, unread_rows
from marketplace.messaging.messages import MessageItem
from marketplace.messaging.models import Conversation, Participant
from marketplace.messaging.places import Place
from marketplace.storage.database import utcnow
from marketplace.storage.statements import Lookup, as_text
from marketplace.texts.errors import NotFoundError, UnauthorizedError

LIMIT = 200
TEXTS_LENGTH = 100_000  # characters of one answer, which then weighs half a megabyte at most
SEEN_EVERY = timedelta(minutes=1)
OTHERS_FROM = 7  # of the parts of the statement's one text
TO_THE_SECOND = len("2026-11-21 12:00:00")


@dataclass  # not frozen: to make one takes four times as long
class State:
    """What one statement tells about a reader and a conversation."""

    user_id: int
    locale: str | None
    seen_lately: bool
    first_seq: int
    version: int
    others: str
    unread: UnreadTotals
    tag: str = field(init=False)  # names this state as told by an answer that told all of it

    def __post_init__(self) -> None:
        self.tag = self.tag_at(self.version)

    def tag_at(self, cursor: int) -> str:
        """Names this state as told by an answer whose cursor this is: an ETag, in its quotes."""
        unread = self.unread
        return f'"{self.user_id}.{cursor}.{self.others}.{unread.messages}.{unread.conversations}"'


@dataclass(frozen=True)
class News:
    """What an asker with an old cursor gets."""

    cursor: int
    has_more: bool
    reset: bool
    items: list[MessageItem]


def state_of(engine: Engine, sign_in_id: str | None, conversation_id: int) -> State:
    """The reader's state, by exactly one statement (none when nobody is signed in).

    :param engine: the reader's; given, so that no application has to be about.
    :raises UnauthorizedError: when the sign-in has ended.
    :raises NotFoundError: when they take no part or there is no such conversation.
    """
    if sign_in_id is None:
        raise UnauthorizedError
    now = as_text(utcnow())
    lately, active_since = _since(now[:TO_THE_SECOND])
    row = _state.first(
        engine,
        sign_in_id=sign_in_id,
        conversation_id=conversation_id,
        now=now,
        lately=lately,
        active_since=active_since,
    )
    if row is None:
        raise UnauthorizedError
    user_id, locale, seen_lately, first_seq, version, unread, conversations, others = row[0].split(
        ",", OTHERS_FROM
    )
    if not version:
        raise NotFoundError
    return State(
        user_id=int(user_id),
        locale=locale or None,
        seen_lately=seen_lately == "1",
        first_seq=int(first_seq),
        version=int(version),
        # As they come: in another order it would be another tag, and one more answer.
        others=others.replace(",", "+"),
        unread=UnreadTotals(int(unread), int(conversations)),
    )


@functools.lru_cache(maxsize=1)
def _since(now: str) -> tuple[str, str]:
    """Since when somebody counts as seen lately, and as active: made once a second."""
    moment = datetime.fromisoformat(now)
    return as_text(moment - SEEN_EVERY), as_text(moment - presence.ACTIVE_WITHIN)


def news_since(state: State, place: Place, after: int) -> News:
    """The changes after a cursor, up to the version already read, as many as one answer takes."""
    if after > state.version:
        return News(cursor=state.version, has_more=False, reset=True, items=[])
    items = (
        messages.changed_between(place, after, state.version, limit=LIMIT + 1)
        if after < state.version
        else []
    )
    fitting = _fitting(items[:LIMIT])
    has_more = fitting < len(items)
    items = items[:fitting]
    cursor = items[-1].version if has_more else state.version
    return News(cursor=cursor, has_more=has_more, reset=False, items=items)


def _fitting(items: list[MessageItem]) -> int:
    """How many of them, from the first on: long texts fill an answer sooner."""
    lengths = itertools.accumulate(len(item.body) for item in items)
    return max(1, sum(length <= TEXTS_LENGTH for length in lengths))


def _statement() -> Select[Any]:
    me = aliased(Participant)
    totals = (
        select(_list(func.coalesce(func.sum(Participant.unread), 0), func.count()))
        .where(*unread_rows(SignIn.user_id))
        .correlate(SignIn)
        .scalar_subquery()
    )
    return (
        select(
            _list(
                User.id,
                User.locale,
                case((User.last_seen_at > bindparam("lately"), 1), else_=0),
                me.first_seq,
                Conversation.version,
                totals,
                presence.signs_of_others(),
            )
        )
        .select_from(SignIn)
        .join(User, and_(User.id == SignIn.user_id, User.active))
        .outerjoin(
            me,
            and_(
                me.conversation_id == bindparam("conversation_id"),
                me.user_id == SignIn.user_id,
                me.left_at.is_(None),
            ),
        )
        .outerjoin(Conversation, Conversation.id == me.conversation_id)
        .where(SignIn.id == bindparam("sign_in_id"))
    )


def _list(*parts: Any) -> ColumnElement[str]:
    """All as one text, with commas between them and nothing for NULL: to read the description of
    a column takes MariaDB's driver, written in Python, longer than all the rest of an answer."""
    comma, nothing = literal_column("','", String), literal_column("''", String)
    texts = [func.coalesce(cast(part, String), nothing) for part in parts]
    return functools.reduce(lambda text, part: text + comma + part, texts)


_state = Lookup(_statement())
