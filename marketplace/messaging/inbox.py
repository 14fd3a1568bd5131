"""The inbox: a person's conversations, newest activity first, and how much is unread."""

import base64
import binascii
import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, false, func, literal, select

from marketplace.accounts.models import User
from marketplace.catalogue import cards
from marketplace.catalogue.cards import Card, card_of
from marketplace.catalogue.models import Listing, Photo
from marketplace.messaging import inbox_notes, kinds, search
from marketplace.messaging.blocks import has_blocked
from marketplace.messaging.group_names import Member, group_name, members_of
from marketplace.messaging.inbox_notes import Note
from marketplace.messaging.models import Conversation, Message, Participant, Role
from marketplace.storage.database import reader
from marketplace.storage.statements import Lookup, as_text
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
class Last:
    """The newest message or line of a conversation, as far as a list shows it."""

    sender_id: int
    kind: str
    body: str
    attachment_count: int
    deleted: bool


@dataclass(frozen=True)
class InboxRow:
    """One conversation in the list. ``last`` is its newest message or line; ``last_activity_at``
    is when somebody last wrote, by which the list is sorted."""

    conversation_id: int
    reader_id: int
    role: Role
    unread: int
    archived: bool
    muted: bool
    blocked: bool
    """By the reader; a block that the other has set shows in no list."""
    last_activity_at: datetime
    listing: Card | None
    """None of a group."""
    title: str
    """The listing's, or the group's; blank of a group without one."""
    title_is_kept: bool
    """As it was before a block; then there is no picture either."""
    other: Other | None
    """Of two."""
    last: Last
    members: tuple[Member, ...] = ()
    """Of a group, those who have left too."""

    @property
    def name(self) -> str:
        """Who it is with, or what the group goes by."""
        if self.other:
            return self.other.name
        return group_name(self.title, [each.name for each in self.others])

    @property
    def others(self) -> list[Member]:
        """All in a group but the reader."""
        return [each for each in self.members if not each.has_left and each.id != self.reader_id]

    @property
    def is_own(self) -> bool:
        """Whether the reader themselves wrote ``last``."""
        return self.last.sender_id == self.reader_id and not kinds.is_line(self.last.kind)

    @property
    def sender_name(self) -> str | None:
        """In a group, who else wrote ``last``."""
        if self.other or self.is_own or kinds.is_line(self.last.kind):
            return None
        names = (each.name for each in self.members if each.id == self.last.sender_id)
        return next(names, None)

    @property
    def preview(self) -> str:
        """The beginning of ``last``, or what it is, in the reader's language."""
        last = self.last
        if last.deleted:
            return str(_("This message was deleted."))
        if kinds.is_line(last.kind):
            return kinds.find(last.kind).sentence(last.body)
        if not last.body and last.attachment_count:
            return str(ngettext("%(num)s photo", "%(num)s photos", last.attachment_count))
        return last.body[:PREVIEW_LENGTH]


@dataclass(frozen=True)
class InboxPage:
    """Some rows, and where the next ones begin (None: these were the last)."""

    rows: list[InboxRow]
    next_cursor: str | None


class UnreadTotals(NamedTuple):
    """What a badge shows: the sum over the rows, and how many rows; and whether something stands
    above the inbox."""

    messages: int
    conversations: int
    has_notes: bool = False


def inbox_of(
    user: User, folder: Folder = Folder.ALL, q: str = "", cursor: str | None = None
) -> InboxPage:
    """A page of this person's inbox, in the same number of statements however much they have.

    :raises MalformedError: for a cursor that is none of ours.
    """
    begin = None if cursor is None else _place(cursor)
    if q:
        return _found(user, folder, folding.words(q), begin)
    below = {} if begin is None else {"moment": as_text(begin[0]), "conversation_id": begin[1]}
    statement = _PAGES[folder, begin is not None]
    found = statement.rows(reader(), user_id=user.id, limit=PAGE_SIZE + 1, **below)
    rows = _with_members([_row(each) for each in found[:PAGE_SIZE]])
    return InboxPage(rows, _cursor(_place_of(rows[-1])) if len(found) > PAGE_SIZE else None)


def _found(
    user: User, folder: Folder, words: list[str], begin: search.Position | None
) -> InboxPage:
    """What a search finds; with a cursor it has not looked to the end. Nothing but signs that
    nobody searches by finds nothing."""
    if not words:
        return InboxPage([], None)
    mine = (Participant.user_id == user.id, Participant.left_at.is_(None), *_in_folder(folder))
    found = search.look(mine, _other_id(user.id), words, PAGE_SIZE, begin)
    rows = _rows_of(user, found.ids) if found.ids else []
    return InboxPage(rows, _cursor(found.looked_to) if found.looked_to else None)


def _rows_of(user: User, conversation_ids: Sequence[int]) -> list[InboxRow]:
    chosen = _rows(literal(user.id)).where(Conversation.id.in_(conversation_ids))
    with reader().connect() as connection:
        rows = [_row(each) for each in connection.execute(chosen)]
    return _with_members(rows)


def _with_members(rows: list[InboxRow]) -> list[InboxRow]:
    """Without a group among them, no statement."""
    members = members_of([row.conversation_id for row in rows if row.other is None])
    return [
        replace(row, members=tuple(members[row.conversation_id])) if row.other is None else row
        for row in rows
    ]


def _row(row: Any) -> InboxRow:
    return InboxRow(
        conversation_id=row.conversation_id,
        reader_id=row.user_id,
        role=row.role,
        unread=row.unread,
        archived=bool(row.archived),
        muted=bool(row.muted),
        blocked=bool(row.blocked),
        last_activity_at=row.last_activity_at or row.written_at,
        listing=card_of(row) if row.listing_id is not None else None,
        title=row.kept_title or row.title or row.group_title or "",
        title_is_kept=row.kept_title is not None,
        other=None
        if row.other_id is None
        else Other(row.other_id, row.kept_name or row.other_name, bool(row.other_is_staff)),
        last=Last(row.sender_id, row.message, row.body, row.attachment_count, bool(row.deleted)),
    )


def unread_totals(user: User) -> UnreadTotals:
    """The unread messages of this person's inbox; what is archived does not count."""
    totals = _totals(inbox_notes.registered())
    messages, conversations, has_notes = totals.first(reader(), user_id=user.id)
    return UnreadTotals(int(messages), conversations, bool(has_notes))


def unread_rows(user_id: Any) -> tuple[Any, ...]:
    """The one definition of what a badge counts: a short range of an index."""
    return (
        Participant.user_id == user_id,
        Participant.archived == false(),  # MariaDB finds no index for IS FALSE
        Participant.unread > 0,
    )


@cache
def _totals(notes: tuple[Note, ...]) -> Lookup:
    user_id: Any = bindparam("user_id")
    return Lookup(
        select(
            func.coalesce(func.sum(Participant.unread), 0),
            func.count(),
            inbox_notes.any_is_there(notes, user_id),
        ).where(*unread_rows(user_id))
    )


def _rows(user_id: Any) -> Select[*tuple[Any, ...]]:
    """The inbox index, and by primary keys what each row shows."""
    return (
        select(
            Participant.conversation_id,
            Participant.user_id,
            Participant.role,
            Participant.unread,
            Participant.archived,
            Participant.muted,
            Participant.last_activity_at,
            Participant.other_name.label("kept_name"),
            Participant.listing_title.label("kept_title"),
            Conversation.title.label("group_title"),
            User.id.label("other_id"),
            User.name.label("other_name"),
            User.is_staff.label("other_is_staff"),
            Message.sender_id,
            Message.kind.label("message"),
            Message.body,
            Message.attachment_count,
            Message.created_at.label("written_at"),
            Message.deleted_at.is_not(None).label("deleted"),
            has_blocked(user_id, User.id).label("blocked"),
            *cards.COLUMNS,
        )
        .select_from(Participant)
        .join(Conversation, Conversation.id == Participant.conversation_id)
        .outerjoin(Listing, Listing.id == Conversation.listing_id)
        .outerjoin(User, User.id == _other_id(user_id))
        .join(
            Message,
            and_(Message.conversation_id == Conversation.id, Message.seq == Conversation.seq),
        )
        .outerjoin(Photo, cards.is_cover())
        .where(Participant.user_id == user_id, Participant.left_at.is_(None))
        .order_by(Participant.last_activity_at.desc(), Participant.conversation_id.desc())
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


def _other_id(user_id: Any) -> ColumnElement[int]:
    return case((Conversation.buyer_id == user_id, Listing.seller_id), else_=Conversation.buyer_id)


def _page_of(folder: Folder, *, below: bool) -> Lookup:
    """A page's statement, compiled once: wants ``user_id`` and ``limit``, and where it begins
    below a place, that."""
    statement = _rows(bindparam("user_id")).where(*_in_folder(folder))
    if below:
        begin: tuple[Any, Any] = bindparam("moment"), bindparam("conversation_id")
        statement = statement.where(search.is_below(begin))
    return Lookup(statement.limit(bindparam("limit")))


_PAGES = {
    (folder, below): _page_of(folder, below=below) for folder in Folder for below in (False, True)
}


def _place_of(row: InboxRow) -> search.Position:
    return row.last_activity_at, row.conversation_id


def _cursor(place: search.Position) -> str:
    moment, conversation_id = place
    text = f"{moment.timestamp() * 1000:.0f} {conversation_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(cursor: str) -> search.Position:
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
