"""The tutorial's tables. A message's place is its auto-increment id."""

from datetime import UTC, datetime

from flask_login import UserMixin
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


class Base(DeclarativeBase):
    """As Flask-SQLAlchemy's guide has it."""


db = SQLAlchemy(model_class=Base)


class User(UserMixin, Base):
    """Somebody."""

    __tablename__ = "naive_users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))


class Conversation(Base):
    """A buyer and a seller."""

    __tablename__ = "naive_conversations"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("naive_users.id"), index=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("naive_users.id"), index=True)
    updated_at: Mapped[datetime] = mapped_column(default=_now)

    buyer: Mapped[User] = relationship(foreign_keys=[buyer_id])
    seller: Mapped[User] = relationship(foreign_keys=[seller_id])


class Message(Base):
    """What somebody wrote."""

    __tablename__ = "naive_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("naive_conversations.id"), index=True)
    sender_id: Mapped[int] = mapped_column(ForeignKey("naive_users.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    is_read: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=_now)

    sender: Mapped[User] = relationship()
