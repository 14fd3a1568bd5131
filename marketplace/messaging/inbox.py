"""The inbox: a person's conversations, newest activity first, and how much is unread."""

import base64
import binascii
import enum
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, false, func, select
from sqlalchemy.orm import selectinload

from marketplace.accounts.models import User
from marketplace.catalogue.models import Listing
from marketplace.messaging import search
from marketplace.messaging.blocks import has_blocked
from marketplace.messaging.models import Conversation, Message, Participant, Role
from marketplace.messaging.system_lines import is_line, sentence
from marketplace.storage.database import db, reader
from marketplace.storage.statements import Lookup
from marketplace.texts import folding
from marketplace.texts.errors import MalformedError

PAGE_SIZE = 15
PREVIEW_LENGTH = 160


class Folder(enum.StrEnum):
    """What part of the inbox is looked at."""

    ALL = "all"
    BUYING = "buying"
    SELLING = "selling"
    UNREAD = "unread"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class Other:
    """Who it is with, by the name that the reader sees."""

    id: int
    name: str
    is_staff: bool


@dataclass(frozen=True)
class InboxRow:
    """One conversation in the list. ``last`` is its newest message or line; ``last_activity_at``
    is when somebody last wrote, by which the list is sorted."""

    conversation_id: int
    role: Role
    unread: int
    archived: bool
    muted: bool
    blocked: bool
    """By the reader; a block that the other has set shows in no list."""
    last_activity_at: datetime
    listing: Listing
    title: str
    title_is_kept: bool
    """As it was before a block; then there is no picture either."""
    other: Other
    last: Message

    @property
    def is_own(self) -> bool:
        """Whether the reader themselves wrote ``last``."""
        return self.last.sender_id != self.other.id and not is_line(self.last.kind)

    @property
    def preview(self) -> str:
        """The beginning of ``last``, or what it is, in the reader's language."""
        last = self.last
        if last.deleted_at is not None:
            return str(_("This message was deleted."))
        if is_line(last.kind):
            return sentence(last.kind, last.body)
        if not last.body and last.attachment_count:
            return str(ngettext("%(num)s photo", "%(num)s photos", last.attachment_count))
        return last.body[:PREVIEW_LENGTH]


@dataclass(frozen=True)
class InboxPage:
    """Some rows, and where the next ones begin (None: these were the last)."""

    rows: list[InboxRow]
    next_cursor: str | None


class UnreadTotals(NamedTuple):
    """What a badge shows: the sum over the rows, and how many rows."""

    messages: int
    conversations: int


def inbox_of(
    user: User, folder: Folder = Folder.ALL, q: str = "", cursor: str | None = None
) -> InboxPage:
    """A page of this person's inbox, in the same number of statements however much they have.

    :raises MalformedError: for a cursor that is none of ours.
    """
    begin = None if cursor is None else _place(cursor)
    if q:
        return _found(user, folder, folding.words(q), begin)
    statement = _rows(user).where(*_in_folder(folder))
    if begin is not None:
        statement = statement.where(search.is_below(begin))
    found = _loaded(statement.limit(PAGE_SIZE + 1))
    rows = found[:PAGE_SIZE]
    return InboxPage(rows, _cursor(_place_of(rows[-1])) if len(found) > PAGE_SIZE else None)


def _found(user: User, folder: Folder, words: list[str], begin: search.Place | None) -> InboxPage:
    """What a search finds; with a cursor it has not looked to the end. Nothing but signs that
    nobody searches by finds nothing."""
    if not words:
        return InboxPage([], None)
    mine = (Participant.user_id == user.id, Participant.left_at.is_(None), *_in_folder(folder))
    found = search.look(mine, _other_id(user), words, PAGE_SIZE, begin)
    rows = _loaded(_rows(user).where(Conversation.id.in_(found.ids))) if found.ids else []
    return InboxPage(rows, _cursor(found.looked_to) if found.looked_to else None)


def _loaded(statement: Select[Participant, Listing, User, Message, bool]) -> list[InboxRow]:
    return [
        InboxRow(
            conversation_id=me.conversation_id,
            role=me.role,
            unread=me.unread,
            archived=me.archived,
            muted=me.muted,
            blocked=blocked,
            last_activity_at=me.last_activity_at or last.created_at,
            listing=listing,
            title=me.listing_title or listing.title,
            title_is_kept=me.listing_title is not None,
            other=Other(other.id, me.other_name or other.name, other.is_staff),
            last=last,
        )
        for me, listing, other, last, blocked in db.session.execute(statement)
    ]


def unread_totals(user: User) -> UnreadTotals:
    """The unread messages of this person's inbox; what is archived does not count."""
    messages, conversations = _TOTALS.first(reader(), user_id=user.id)
    return UnreadTotals(int(messages), conversations)


def unread_rows(user_id: Any) -> tuple[Any, ...]:
    """The one definition of what a badge counts: a short range of an index."""
    return (
        Participant.user_id == user_id,
        Participant.archived == false(),  # MariaDB finds no index for IS FALSE
        Participant.unread > 0,
    )


_TOTALS = Lookup(
    select(func.coalesce(func.sum(Participant.unread), 0), func.count()).where(
        *unread_rows(bindparam("user_id"))
    )
)


def _rows(user: User) -> Select[Participant, Listing, User, Message, bool]:
    """The inbox index, and by primary keys what each row shows."""
    return (
        select(Participant, Listing, User, Message, has_blocked(user.id, User.id))
        .join(Conversation, Conversation.id == Participant.conversation_id)
        .join(Listing, Listing.id == Conversation.listing_id)
        .join(User, User.id == _other_id(user))
        .join(
            Message,
            and_(Message.conversation_id == Conversation.id, Message.seq == Conversation.seq),
        )
        .where(Participant.user_id == user.id, Participant.left_at.is_(None))
        .order_by(Participant.last_activity_at.desc(), Participant.conversation_id.desc())
        .options(selectinload(Listing.photos))
        # From the inbox's end, as written: MariaDB may take it for better to sort all of it.
        .prefix_with("STRAIGHT_JOIN", dialect="mysql")
    )


def _in_folder(folder: Folder) -> tuple[Any, ...]:
    narrowed: dict[Folder, tuple[Any, ...]] = {
        Folder.BUYING: (Participant.role == Role.BUYER,),
        Folder.SELLING: (Participant.role == Role.SELLER,),
        Folder.UNREAD: (Participant.unread > 0,),
    }
    # Not IS: see unread_rows.
    return (Participant.archived == (folder is Folder.ARCHIVED), *narrowed.get(folder, ()))


def _other_id(user: User) -> ColumnElement[int]:
    return case((Conversation.buyer_id == user.id, Listing.seller_id), else_=Conversation.buyer_id)


def _place_of(row: InboxRow) -> search.Place:
    return row.last_activity_at, row.conversation_id


def _cursor(place: search.Place) -> str:
    moment, conversation_id = place
    text = f"{moment.timestamp() * 1000:.0f} {conversation_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(cursor: str) -> search.Place:
    """Where a page begins."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        milliseconds, conversation_id = map(int, base64.urlsafe_b64decode(padded).split())
        moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError, binascii.Error):
        raise MalformedError from None
    if not 0 <= conversation_id < 2**63:
        raise MalformedError
    return moment, conversation_id
