"""Messages: sending one, and reading them by place or by change."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, case, insert, select, update
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import User
from marketplace.broadcast import MessageSent, publish
from marketplace.database import db, iso, reader, transaction, utcnow
from marketplace.errors import ConflictError, InvalidError, MalformedError
from marketplace.messaging import conversations, policy
from marketplace.messaging.models import BODY_MAX_LENGTH, Message, Participant

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
    body: str
    client_id: str
    reply_to: int | None
    created_at: datetime
    edited_at: datetime | None
    deleted: bool

    def is_news_for(self, reader_id: int) -> bool:
        """Whether somebody else wrote it and it is still as it was sent."""
        return self.sender_id != reader_id and self.edited_at is None and not self.deleted

    def as_json(self) -> dict[str, Any]:
        """The form that contract and clients know."""
        return {
            "seq": self.seq,
            "version": self.version,
            "kind": self.kind,
            "sender": {"id": self.sender_id, "name": self.sender_name},
            "body": self.body,
            "client_id": self.client_id,
            "reply_to": self.reply_to,
            "attachments": [],
            "created_at": iso(self.created_at),
            "edited_at": iso(self.edited_at) if self.edited_at else None,
            "deleted": self.deleted,
        }


@dataclass(frozen=True)
class Sent:
    """A stored message, and whether this very call stored it."""

    item: MessageItem
    created: bool


def send(user: User, conversation_id: int, body: str, client_id: str) -> Sent:
    """Store a message once, however often it is asked for with the same client id.

    :raises InvalidError: for a text that is blank or too long.
    :raises MalformedError: for NUL, half a character, or a client id of another form.
    :raises NotFoundError: for an outsider.
    :raises ClosedError: when the policy lets nobody write here.
    :raises ConflictError: when the client id is stored with another text.
    """
    body = clean_body(body)
    if not CLIENT_ID.fullmatch(client_id):
        raise MalformedError(_("A client id is 1 to 64 printable ASCII characters."))
    try:
        seq = _store(user, conversation_id, body, client_id)
    except IntegrityError:
        item = _find_by_client_id(user, conversation_id, client_id)
        if item is None:
            raise
        if item.body != body:
            raise ConflictError(_("This client id already belongs to another message.")) from None
        return Sent(item, created=False)
    return Sent(_items(_visible(conversation_id).where(Message.seq == seq))[0], created=True)


@transaction
def _store(user: User, conversation_id: int, body: str, client_id: str) -> int:
    me = conversations.get_for(user, conversation_id)
    policy.check_may_write(me)
    numbers = conversations.raise_version(conversation_id, messages=1)
    now = utcnow()
    db.session.execute(
        insert(Message).values(
            conversation_id=conversation_id,
            seq=numbers.seq,
            version=numbers.version,
            sender_id=user.id,
            client_id=client_id,
            body=body,
            created_at=now,
        )
    )
    mine = Participant.user_id == user.id
    db.session.execute(
        update(Participant)
        .where(Participant.conversation_id == conversation_id, Participant.left_at.is_(None))
        .values(
            unread=Participant.unread + case((mine, 0), else_=1),
            typing_until=case((mine, None), else_=Participant.typing_until),
            last_activity_at=now,
            archived=False,
        ),
        execution_options={"synchronize_session": False},
    )
    publish(MessageSent(conversation_id, numbers.seq, user.id))
    return numbers.seq


def _find_by_client_id(user: User, conversation_id: int, client_id: str) -> MessageItem | None:
    mine = (Message.sender_id == user.id) & (Message.client_id == client_id)
    return next(iter(_items(_visible(conversation_id).where(mine))), None)


def clean_body(body: str) -> str:
    """Trim, and nothing else: a text comes back as it was written.

    :raises InvalidError, MalformedError: as :func:`send`.
    """
    body = body.strip()
    if "\0" in body or not _is_encodable(body):
        raise MalformedError(_("This text holds a character that cannot be stored."))
    if not any(character.isprintable() and character != " " for character in body):
        raise InvalidError(_("Please write something."), field="body")
    if len(body) > BODY_MAX_LENGTH:
        raise InvalidError(
            _("A message has at most %(limit)s characters.", limit=BODY_MAX_LENGTH), field="body"
        )
    return body


def _is_encodable(text: str) -> bool:
    """Whether it has no lone surrogate, which JSON can express and no database can keep."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def latest(
    conversation_id: int, *, before: int | None = None, limit: int = PAGE_SIZE
) -> tuple[list[MessageItem], bool]:
    """The newest messages (before a place), oldest first, and whether there are older ones."""
    statement = _visible(conversation_id).order_by(Message.seq.desc()).limit(limit + 1)
    if before is not None:
        statement = statement.where(Message.seq < before)
    items = _items(statement)
    return items[:limit][::-1], len(items) > limit


def changed_between(
    conversation_id: int, after: int, version: int, *, limit: int
) -> list[MessageItem]:
    """What changed after one version up to another, the oldest change first."""
    return _items(
        _visible(conversation_id)
        .where(Message.version > after, Message.version <= version)
        .order_by(Message.version)
        .limit(limit)
    )


def _visible(conversation_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Message.seq,
            Message.version,
            Message.kind,
            Message.sender_id,
            User.name.label("sender_name"),
            Message.body,
            Message.client_id,
            Message.reply_to,
            Message.created_at,
            Message.edited_at,
            Message.deleted_at.is_not(None).label("deleted"),
        )
        .join(User, User.id == Message.sender_id)
        .where(Message.conversation_id == conversation_id)
    )


def _items(statement: Select[*tuple[Any, ...]]) -> list[MessageItem]:
    with reader().connect() as connection:
        return [MessageItem(**row) for row in connection.execute(statement).mappings()]
