"""The tutorial's tables. A message's place is its auto-increment id."""

from datetime import UTC, datetime

from flask_login import UserMixin
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
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


class Listing(Base):
    """What is for sale."""

    __tablename__ = "naive_listings"

    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(20), default="available")


class Conversation(Base):
    """A buyer and a seller."""

    __tablename__ = "naive_conversations"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("naive_users.id"), index=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("naive_users.id"), index=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("naive_listings.id"), index=True)
    updated_at: Mapped[datetime] = mapped_column(default=_now)

    listing: Mapped[Listing] = relationship()
    participants: Mapped[list["Participant"]] = relationship()
    buyer: Mapped[User] = relationship(foreign_keys=[buyer_id])
    seller: Mapped[User] = relationship(foreign_keys=[seller_id])


class Participant(Base):
    """How somebody keeps a conversation. Only the send that keeps our rules looks here."""

    __tablename__ = "naive_participants"

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("naive_conversations.id"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("naive_users.id"), primary_key=True)
    unread: Mapped[int] = mapped_column(default=0)
    archived: Mapped[bool] = mapped_column(default=False)
    last_activity_at: Mapped[datetime] = mapped_column(default=_now)


class Block(Base):
    """Who wants nothing to do with whom."""

    __tablename__ = "naive_blocks"

    blocker_id: Mapped[int] = mapped_column(ForeignKey("naive_users.id"), primary_key=True)
    blocked_id: Mapped[int] = mapped_column(ForeignKey("naive_users.id"), primary_key=True)


class Typing(Base):
    """When somebody wrote last."""

    __tablename__ = "naive_typing"

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("naive_conversations.id"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("naive_users.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column()


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


class NamedMessage(Base):
    """The same with a name of the client's, so that sending it twice stores it once."""

    __tablename__ = "naive_named_messages"
    __table_args__ = (UniqueConstraint("conversation_id", "sender_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("naive_conversations.id"), index=True)
    sender_id: Mapped[int] = mapped_column(ForeignKey("naive_users.id"), index=True)
    client_id: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    is_read: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=_now)

    sender: Mapped[User] = relationship()
