"""Who moderates, what they looked at and did, and what people are told of it."""

import enum
from datetime import datetime

from sqlalchemy import Enum, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.storage.database import Base, BigId, UTCDateTime, utcnow


class Act(enum.StrEnum):
    """What a moderator did about a report. All but the first decide it."""

    LOOKED = "looked"
    TAKEN_DOWN = "taken_down"
    WARNED = "warned"
    CLOSED = "closed"
    SUSPENDED = "suspended"
    DISMISSED = "dismissed"


class Told(enum.StrEnum):
    """What somebody is told."""

    ACTED = "acted"
    DISMISSED = "dismissed"
    WARNED = "warned"


def _names(kind: type[enum.StrEnum]) -> Enum:
    """Store the value, in plain text, so that a new one needs no migration."""
    return Enum(
        kind,
        native_enum=False,
        length=20,
        create_constraint=False,
        values_callable=lambda members: [member.value for member in members],
    )


class Moderator(Base):
    """Somebody who decides on reports. An administrator reads besides who looked at what."""

    __tablename__ = "moderators"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    is_administrator: Mapped[bool] = mapped_column(default=False)


class Decision(Base):
    """That a report is decided, which it is once: of two who decide it at once one is told so."""

    __tablename__ = "decisions"

    report_id: Mapped[int] = mapped_column(
        ForeignKey("reports.id"), primary_key=True, autoincrement=False
    )
    act: Mapped[Act] = mapped_column(_names(Act))


class Record(Base):
    """A look at what was reported, or a decision. Nothing changes or deletes one."""

    __tablename__ = "moderation_records"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    act: Mapped[Act] = mapped_column(_names(Act))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


class Notice(Base):
    """Something that somebody is told in the product, until they have put it away."""

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    told: Mapped[Told] = mapped_column(_names(Told))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    __table_args__ = (Index("ix_notices_user_id", "user_id"), Base.__table_args__)
