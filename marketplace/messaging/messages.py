"""Messages: sending one, and reading them by place or by change."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, case, insert, select, update
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import User
from marketplace.broadcast import MessageSent, publish
from marketplace.messaging import conversations, kinds, policy
from marketplace.messaging.attachments import pictures
from marketplace.messaging.attachments.pictures import AttachmentItem
from marketplace.messaging.models import BODY_MAX_LENGTH, TEXT, Message, Participant
from marketplace.messaging.places import SEEN, Place, get_for
from marketplace.storage.database import BIGGEST, db, iso, reader, transaction, utcnow
from marketplace.storage.statements import Lookup, Step, as_text
from marketplace.texts import rules
from marketplace.texts.errors import ConflictError, InvalidError, MalformedError, NotFoundError

PAGE_SIZE = 50
CLIENT_ID = re.compile(r"[!-~](?:[ -~]{0,62}[!-~])?")  # printable ASCII, no blank at its ends


@dataclass(frozen=True)
class MessageItem:
    """A message as its readers see it: on the page, in the poll, in the history, in the API."""

    seq: int
    version: int
    kind: str
    sender_id: int
    sender_name: str
    sender_is_staff: bool
    body: str
    client_id: str
    reply_to: int | None
    attachments: tuple[AttachmentItem, ...]
    created_at: datetime
    edited_at: datetime | None
    deleted: bool
    data: Mapping[str, Any] | None = None
    """Of a line: what it says, for programs."""

    @property
    def attachment_ids(self) -> tuple[str, ...]:
        """What whoever sends it again has to name."""
        return tuple(each.id for each in self.attachments)

    @property
    def is_line(self) -> bool:
        """Whether nobody wrote it; ``body`` is then a sentence in the reader's language."""
        return kinds.is_line(self.kind)

    def is_news_for(self, reader_id: int) -> bool:
        """Whether somebody else wrote it and it is still as it was sent."""
        return self.sender_id != reader_id and self.edited_at is None and not self.deleted

    def as_json(self) -> dict[str, Any]:
        """The form that contract and clients know."""
        data = {"data": self.data} if self.is_line else {}
        return data | {
            "seq": self.seq,
            "version": self.version,
            "kind": self.kind,
            "sender": {"id": self.sender_id, "name": self.sender_name},
            "body": self.body,
            "client_id": self.client_id,
            "reply_to": self.reply_to,
            "attachments": [each.as_json() for each in self.attachments],
            "created_at": iso(self.created_at),
            "edited_at": iso(self.edited_at) if self.edited_at else None,
            "deleted": self.deleted,
        }


@dataclass(frozen=True)
class Sent:
    """A stored message, and whether this very call stored it."""

    item: MessageItem
    created: bool


def send(
    user: User,
    conversation_id: int,
    body: str,
    client_id: str,
    attachment_ids: Sequence[str] = (),
) -> Sent:
    """Store a message once, however often it is asked for with the same client id.

    :param attachment_ids: pictures of ``unsent.upload``, in order; with some the text may be blank.
    :raises InvalidError: for a text that is blank or too long, and for pictures that are too many
        or not there to be sent.
    :raises MalformedError: for NUL, half a character, or a client id of another form.
    :raises NotFoundError: for an outsider.
    :raises ClosedError: when the policy lets nobody write here.
    :raises ConflictError: when the client id is stored with another text or other pictures.
    """
    pictures.check_ids(attachment_ids)
    body = clean_body(body, may_be_blank=bool(attachment_ids))
    check_client_id(client_id)
    try:
        item = _store(user, conversation_id, body, client_id, attachment_ids)
    except (IntegrityError, policy.ClosedError):  # stored before, or before it was closed
        found = find_by_client_id(get_for(user, conversation_id), client_id)
        if found is None:
            raise
        if (found.body, found.attachment_ids) != (body, tuple(attachment_ids)):
            raise ConflictError(_("This client id already belongs to another message.")) from None
        return Sent(found, created=False)
    return Sent(item, created=True)


def check_client_id(client_id: str) -> None:
    """Let it name something.

    :raises MalformedError: for one of another form.
    """
    if not CLIENT_ID.fullmatch(client_id):
        raise MalformedError(_("A client id is 1 to 64 printable ASCII characters."))


@transaction
def _store(
    user: User, conversation_id: int, body: str, client_id: str, attachment_ids: Sequence[str]
) -> MessageItem:
    numbers = conversations.take_place(user, conversation_id)
    now = utcnow()
    _INSERT.run(
        conversation_id=conversation_id,
        seq=numbers.seq,
        version=numbers.version,
        sender_id=user.id,
        client_id=client_id,
        kind=TEXT,
        body=body,
        attachment_count=len(attachment_ids),
        created_at=as_text(now),
    )
    attached = pictures.attach(user, conversation_id, numbers.seq, attachment_ids)
    _TELL.run(conversation=conversation_id, sender=user.id, now=as_text(now))
    publish(MessageSent(conversation_id, numbers.seq, user.id))
    return MessageItem(
        seq=numbers.seq,
        version=numbers.version,
        kind=TEXT,
        sender_id=user.id,
        sender_name=user.name,
        sender_is_staff=user.is_staff,
        body=body,
        client_id=client_id,
        reply_to=None,
        attachments=attached,
        created_at=now,
        edited_at=None,
        deleted=False,
    )


@transaction
def tell(place: Place, kind: str, body: str = "", client_id: str = "") -> int:
    """Have the site write a line into a conversation, about something that this person did; the
    line's place. Joins the unit of work that does it, which has asked whether they may.

    :param kind: the name of one that is registered; :param body: what its sentence is made of;
        :param client_id: by which what was done is found again.
    """
    numbers = conversations.raise_version(place.conversation_id, messages=1)
    now = utcnow()
    _INSERT.run(
        conversation_id=place.conversation_id,
        seq=numbers.seq,
        version=numbers.version,
        sender_id=place.user_id,
        client_id=client_id or secrets.token_urlsafe(16),
        kind=kind,
        body=body,
        attachment_count=0,
        created_at=as_text(now),
    )
    if kinds.find(kind).counts:
        _TELL.run(conversation=place.conversation_id, sender=place.user_id, now=as_text(now))
    publish(MessageSent(place.conversation_id, numbers.seq, place.user_id))
    return numbers.seq


_INSERT = Step(
    insert(Message),
    columns=(
        "conversation_id",
        "seq",
        "version",
        "sender_id",
        "client_id",
        "kind",
        "body",
        "attachment_count",
        "created_at",
    ),
)
_is_sender = Participant.user_id == bindparam("sender")
_TELL = Step(
    update(Participant)
    .where(
        Participant.conversation_id == bindparam("conversation"),
        Participant.left_at.is_(None),
    )
    .values(
        unread=Participant.unread + case((_is_sender, 0), else_=1),
        typing_until=case((_is_sender, None), else_=Participant.typing_until),
        last_activity_at=bindparam("now"),
        archived=False,
    )
)


def find_by_client_id(place: Place, client_id: str) -> MessageItem | None:
    """What this person has sent here under a client id."""
    rows = _BY_CLIENT_ID.rows(
        reader(),
        **place.range,
        sender_id=place.user_id,
        client_id=client_id,
    )
    return next(iter(_items(place, rows)), None)


def find_at(place: Place, seq: int) -> MessageItem | None:
    """The message at one place, if it is there for them."""
    return next(iter(_items(place, _AT.rows(reader(), **place.range, seq=seq))), None)


def between(place: Place, first: int, last: int) -> list[MessageItem]:
    """What stands from one place to another, both included, oldest first."""
    return _items(place, _BETWEEN.rows(reader(), **place.range, first=first, last=last))


@transaction
def take_down(place: Place, seq: int) -> None:
    """Make a message one that was deleted, for everybody: nobody reads it any more. Joins the unit
    of work that decided it.

    :raises NotFoundError: when it is not there.
    """
    numbers = conversations.raise_version(place.conversation_id)
    taken: Any = db.session.execute(
        update(Message)
        .where(place.sees(), Message.seq == seq)
        .values(deleted_at=utcnow(), version=numbers.version),
        execution_options={"synchronize_session": False},
    )
    if not taken.rowcount:
        raise NotFoundError


def clean_body(body: str, *, may_be_blank: bool = False) -> str:
    """Trim, and make a blank of control characters that are no line break: all else comes back
    as it was written.

    :raises InvalidError, MalformedError: as :func:`send`.
    """
    if not rules.is_storable(body):
        raise MalformedError(_("This text holds a character that cannot be stored."))
    body = rules.read_text(body)
    if rules.is_blank(body):
        if may_be_blank:
            return ""
        raise InvalidError(_("Please write something."), field="body")
    if len(body) > BODY_MAX_LENGTH:
        raise InvalidError(
            _("A message has at most %(limit)s characters.", limit=BODY_MAX_LENGTH), field="body"
        )
    return body


def latest(
    place: Place, *, before: int | None = None, limit: int = PAGE_SIZE
) -> tuple[list[MessageItem], bool]:
    """The newest messages (before a place), oldest first, and whether there are older ones."""
    rows = _LATEST.rows(
        reader(),
        **place.range,
        before=BIGGEST if before is None else before,
        limit=limit + 1,
    )
    items = _items(place, rows)
    return items[:limit][::-1], len(items) > limit


def changed_between(place: Place, after: int, version: int, *, limit: int) -> list[MessageItem]:
    """What changed after one version up to another, the oldest change first."""
    rows = _CHANGED.rows(
        reader(),
        **place.range,
        after=after,
        version=version,
        limit=limit,
    )
    return _items(place, rows)


def _visible() -> Select[*tuple[Any, ...]]:
    """What is there for the one who reads, by the parameters of their place."""
    return (
        select(
            Message.seq,
            Message.version,
            Message.kind,
            Message.sender_id,
            User.name.label("sender_name"),
            User.is_staff.label("sender_is_staff"),
            Message.body,
            Message.client_id,
            Message.reply_to,
            Message.attachment_count,
            Message.created_at,
            Message.edited_at,
            Message.deleted_at.is_not(None).label("deleted"),
        )
        .join(User, User.id == Message.sender_id)
        .where(SEEN)
    )


_LATEST = Lookup(
    _visible()
    .where(Message.seq < bindparam("before"))
    .order_by(Message.seq.desc())
    .limit(bindparam("limit"))
)
_CHANGED = Lookup(
    _visible()
    .where(Message.version > bindparam("after"), Message.version <= bindparam("version"))
    .order_by(Message.version)
    .limit(bindparam("limit"))
)


_BETWEEN = Lookup(
    _visible()
    .where(Message.seq >= bindparam("first"), Message.seq <= bindparam("last"))
    .order_by(Message.seq)
)
_AT = Lookup(_visible().where(Message.seq == bindparam("seq")))
_BY_CLIENT_ID = Lookup(
    _visible().where(
        Message.sender_id == bindparam("sender_id"), Message.client_id == bindparam("client_id")
    )
)


def _items(place: Place, rows: list[Any]) -> list[MessageItem]:
    illustrated = [row.seq for row in rows if row.attachment_count and not row.deleted]
    attached = pictures.of_messages(place, illustrated)
    return [_item(row, attached.get(row.seq, ())) for row in rows]


def _item(row: Any, attached: tuple[AttachmentItem, ...]) -> MessageItem:
    kind = kinds.find(row.kind) if kinds.is_line(row.kind) else None
    body = "" if row.deleted else row.body
    return MessageItem(
        seq=row.seq,
        version=row.version,
        kind=row.kind,
        sender_id=row.sender_id,
        sender_name=row.sender_name,
        sender_is_staff=bool(row.sender_is_staff),
        body=kind.sentence(row.body) if kind else body,
        data=kind.data(row.body) if kind else None,
        client_id=row.client_id,
        reply_to=row.reply_to,
        attachments=attached,
        created_at=row.created_at,
        edited_at=row.edited_at,
        deleted=bool(row.deleted),
    )
