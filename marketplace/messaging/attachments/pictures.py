"""Pictures in messages: who may see one, and sending it. How it gets here: ``unsent.py``."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ScalarSelect, and_, case, func, or_, select, update

from marketplace.accounts import picture_room
from marketplace.accounts.models import User
from marketplace.messaging.models import Attachment, Message, Participant
from marketplace.messaging.places import Place, seen_by_participant
from marketplace.storage.database import db, reader
from marketplace.storage.files import Folder, is_name
from marketplace.texts.errors import InvalidError, NotFoundError

PER_MESSAGE = 4
SHOWN_PIXELS = 320  # the longer side in a bubble, at most
ADDRESS = "/api/v1/attachments/"  # as the contract has it; verbs know no url_for

files = Folder("attachments")


@picture_room.counts
def taken_by(owner_id: int) -> ScalarSelect[int]:
    """The bytes of all pictures somebody has uploaded for messages, sent and unsent."""
    owned = select(func.sum(Attachment.size_bytes)).where(Attachment.owner_id == owner_id)
    return owned.scalar_subquery()


@dataclass(frozen=True)
class AttachmentItem:
    """A picture as its readers see it. Width and height are those of the large one."""

    id: str
    width: int
    height: int

    @property
    def url(self) -> str:
        """Where the large one is, for who may see it."""
        return ADDRESS + self.id

    @property
    def thumb_url(self) -> str:
        """Where the small one is."""
        return f"{self.url}?size=thumb"

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height in a bubble, so that its space is kept before it is loaded."""
        scale = min(1.0, SHOWN_PIXELS / max(self.width, self.height))
        return max(1, round(self.width * scale)), max(1, round(self.height * scale))

    def as_json(self) -> dict[str, Any]:
        """The form that contract and clients know."""
        return {
            "id": self.id,
            "width": self.width,
            "height": self.height,
            "url": self.url,
            "thumb_url": self.thumb_url,
        }


def check_ids(ids: Sequence[str]) -> None:
    """Let a message name these pictures.

    :raises InvalidError: for too many, and for no ids of ours.
    """
    check_count(len(ids))
    if not all(map(is_name, ids)):
        raise _not_there()


def check_count(count: int) -> None:
    """Let a message have this many pictures.

    :raises InvalidError: for too many.
    """
    if count > PER_MESSAGE:
        raise InvalidError(
            _("A message has at most %(number)s photos.", number=PER_MESSAGE),
            field="attachment_ids",
        )


def attach(
    owner: User, conversation_id: int, seq: int, ids: Sequence[str]
) -> tuple[AttachmentItem, ...]:
    """Put pictures into a message that is stored already, and tell what they are; part of the
    unit that sends it.

    One UPDATE finds and takes them: of two messages that name the same picture, the second one
    waits for the first and then finds it gone.

    :raises InvalidError: when one is not this person's, is in a message, or is named twice.
    """
    if not ids:
        return ()
    place = case({each: position for position, each in enumerate(ids)}, value=Attachment.id)
    taken: Any = db.session.execute(
        update(Attachment)
        .where(
            Attachment.id.in_(ids),
            Attachment.owner_id == owner.id,
            Attachment.conversation_id.is_(None),
        )
        .values(conversation_id=conversation_id, seq=seq, position=place),
        execution_options={"synchronize_session": False},
    )
    if taken.rowcount != len(ids):
        raise _not_there()
    found = db.session.execute(
        select(Attachment.id, Attachment.width, Attachment.height)
        .where(Attachment.id.in_(ids))
        .order_by(Attachment.position)
    )
    return tuple(AttachmentItem(row.id, row.width, row.height) for row in found)


def _not_there() -> InvalidError:
    return InvalidError(
        _("One of these photos is not there to be sent. Please choose it again."),
        field="attachment_ids",
    )


def of_messages(place: Place, seqs: Collection[int]) -> dict[int, tuple[AttachmentItem, ...]]:
    """The pictures of some messages, by place: one statement for all, none for no message."""
    found: dict[int, tuple[AttachmentItem, ...]] = {}
    if seqs:
        statement = (
            select(Attachment.seq, Attachment.id, Attachment.width, Attachment.height)
            .where(Attachment.conversation_id == place.conversation_id, Attachment.seq.in_(seqs))
            .order_by(Attachment.seq, Attachment.position)
        )
        with reader().connect() as connection:
            for row in connection.execute(statement):
                item = AttachmentItem(row.id, row.width, row.height)
                found[row.seq] = (*found.get(row.seq, ()), item)
    return found


def get_file(user: User, attachment_id: str, *, thumb: bool = False) -> Path:
    """The JPEG of a picture that this person may see.

    :raises NotFoundError: as :func:`get_for`.
    """
    return files.get_file(get_for(user, attachment_id).id, thumb=thumb)


def get_for(user: User, attachment_id: str) -> AttachmentItem:
    """A picture looked up through who asks: in a message, for those who take part in its
    conversation; before that, for its owner.

    :raises NotFoundError: for everybody else, and when its message was deleted or there is none.
    """
    if not is_name(attachment_id):
        raise NotFoundError
    waits = Attachment.conversation_id.is_(None) & (Attachment.owner_id == user.id)
    in_message = Participant.user_id.is_not(None) & Message.deleted_at.is_(None)
    statement = (
        select(Attachment.id, Attachment.width, Attachment.height)
        .outerjoin(
            Message,
            and_(
                Message.conversation_id == Attachment.conversation_id,
                Message.seq == Attachment.seq,
            ),
        )
        .outerjoin(
            Participant,
            and_(
                seen_by_participant(),
                Participant.user_id == user.id,
                Participant.left_at.is_(None),
            ),
        )
        .where(Attachment.id == attachment_id, or_(waits, in_message))
    )
    with reader().connect() as connection:
        row = connection.execute(statement).first()
    if row is None:
        raise NotFoundError
    return AttachmentItem(*row)
