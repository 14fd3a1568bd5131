"""Who takes part in a conversation, as the others see them, and when somebody was last seen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from marketplace.accounts.models import User
from marketplace.database import db, iso, reader, transaction, utcnow
from marketplace.messaging.models import Participant


@dataclass(frozen=True)
class ParticipantItem:
    """A participant as the others see them."""

    id: int
    name: str
    role: str
    read_seq: int
    typing: bool
    last_seen_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        """The form that contract and clients know."""
        return {
            "id": self.id,
            "name": self.name,
            "role": self.role,
            "read_seq": self.read_seq,
            "typing": self.typing,
            "last_seen_at": iso(self.last_seen_at) if self.last_seen_at else None,
        }


def participants_of(conversation_id: int) -> list[ParticipantItem]:
    """Everyone in the conversation. Only for a reader who takes part."""
    now = utcnow()
    with reader().connect() as connection:
        rows = connection.execute(
            select(
                User.id,
                User.name,
                Participant.role,
                Participant.receipt_seq,
                Participant.typing_until,
                User.last_seen_at,
            )
            .join(User, User.id == Participant.user_id)
            .where(Participant.conversation_id == conversation_id, Participant.left_at.is_(None))
            .order_by(Participant.user_id)
        ).all()
    return [
        ParticipantItem(
            id=row.id,
            name=row.name,
            role=row.role.value,
            read_seq=row.receipt_seq,
            typing=row.typing_until is not None and row.typing_until > now,
            last_seen_at=row.last_seen_at,
        )
        for row in rows
    ]


def receipt_seq(everyone: list[ParticipantItem], reader_id: int) -> int:
    """How far all the others have read, as far as they show it."""
    return min((each.read_seq for each in everyone if each.id != reader_id), default=0)


@transaction
def seen(user_id: int) -> None:
    """Note that somebody was here just now."""
    db.session.execute(
        update(User).where(User.id == user_id).values(last_seen_at=utcnow()),
        execution_options={"synchronize_session": False},
    )
