"""Conversations, who takes part in them, and what was written."""

import enum
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import NAME_MAX_LENGTH, User
from marketplace.catalogue.models import TITLE_MAX_LENGTH, Listing
from marketplace.storage.database import Base, BigId, UTCDateTime, utcnow

BODY_MAX_LENGTH = 5000
CLIENT_ID_MAX_LENGTH = 64
KIND_MAX_LENGTH = 20
GROUP_TITLE_MAX_LENGTH = 80
TEXT = "text"  # the kind of a message that somebody wrote; all others are lines

# Byte for byte: two ids that only look alike are two messages.
ClientId = String(CLIENT_ID_MAX_LENGTH).with_variant(
    mysql.VARCHAR(CLIENT_ID_MAX_LENGTH, charset="ascii", collation="ascii_bin"),
    "mysql",
    "mariadb",
)


class Kind(enum.StrEnum):
    """Who comes together: two about a listing, or several under a title."""

    LISTING = "listing"
    GROUP = "group"


class Role(enum.StrEnum):
    """What somebody is in a conversation."""

    BUYER = "buyer"
    SELLER = "seller"
    ADMIN = "admin"
    MEMBER = "member"


def _names(kind: type[enum.StrEnum]) -> Enum:
    """Store the value, in plain text, so that a new one needs no migration."""
    return Enum(
        kind,
        native_enum=False,
        length=20,
        create_constraint=False,
        values_callable=lambda members: [member.value for member in members],
    )


class Conversation(Base):
    """A buyer and a seller about a listing, or a group under a title: without one it goes by the
    names of those in it. While ``blocked_at`` is set nobody writes in it.

    ``seq`` is the place of the newest message, ``version`` the number of changes of any kind.
    Both are raised under the row's lock, which is what makes a cursor safe: whoever waits for
    the lock commits later and gets the higher number.
    """

    __tablename__ = "conversations"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[Kind] = mapped_column(_names(Kind), default=Kind.LISTING)
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listings.id"))
    buyer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str | None] = mapped_column(String(GROUP_TITLE_MAX_LENGTH))
    blocked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    blocked_by_id: Mapped[int | None] = mapped_column(BigId)  # without rebuilding SQLite's table
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    version: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    listing: Mapped[Listing | None] = relationship(lazy="raise_on_sql")
    participants: Mapped[list["Participant"]] = relationship(
        lazy="raise_on_sql", back_populates="conversation", order_by="Participant.user_id"
    )

    __table_args__ = (
        UniqueConstraint("listing_id", "buyer_id"),
        Base.__table_args__,
    )


class Participant(Base):
    """Somebody in a conversation, and how far they are.

    ``read_seq`` is their own place and may be set back by marking as unread; ``receipt_seq`` is
    what the others see of it and only grows. ``unread`` is the number of messages of others
    after ``read_seq``, kept by the same units of work that change it. ``last_activity_at`` is
    when the newest message came, the same for all; it stands here so that an inbox is one
    index range. ``other_name`` and ``listing_title`` are what they were when a block came between
    the two: nothing new of the other is shown across it. Without a block they are None.
    ``first_seq`` is where the conversation begins for them: what was written before they joined is
    not there. Who has left keeps the row, with ``left_at``, and sees nothing of the conversation
    any more; coming back sets a new beginning.
    """

    __tablename__ = "participants"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    role: Mapped[Role] = mapped_column(_names(Role))
    first_seq: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    read_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    receipt_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    unread: Mapped[int] = mapped_column(default=0)
    last_activity_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    archived: Mapped[bool] = mapped_column(default=False)
    muted: Mapped[bool] = mapped_column(default=False)
    typing_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    other_name: Mapped[str | None] = mapped_column(String(NAME_MAX_LENGTH))
    listing_title: Mapped[str | None] = mapped_column(String(TITLE_MAX_LENGTH))

    conversation: Mapped[Conversation] = relationship(
        lazy="raise_on_sql", back_populates="participants"
    )
    user: Mapped[User] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        PrimaryKeyConstraint("conversation_id", "user_id"),
        Index("ix_participants_inbox", "user_id", "archived", "last_activity_at"),
        Index("ix_participants_unread", "user_id", "archived", "unread"),
        Base.__table_args__,
    )


class Invitation(Base):
    """Somebody who was asked into a group and has not answered. A table of its own: who is invited
    takes no part, so that no reader of conversations has to know of them."""

    __tablename__ = "invitations"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    __table_args__ = (
        PrimaryKeyConstraint("conversation_id", "user_id"),
        Index("ix_invitations_user_id", "user_id"),
        Base.__table_args__,
    )


class Message(Base):
    """What somebody wrote. Its identity is its place: (conversation, seq).

    ``version`` is the conversation's version at its last change, so that one comparison finds
    what is new, edited or deleted.
    """

    __tablename__ = "messages"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(BigInteger)
    sender_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    client_id: Mapped[str] = mapped_column(ClientId)
    kind: Mapped[str] = mapped_column(String(KIND_MAX_LENGTH), default=TEXT)
    body: Mapped[str] = mapped_column(Text)
    attachment_count: Mapped[int] = mapped_column(default=0)
    reply_to: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    sender: Mapped[User] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        PrimaryKeyConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "sender_id", "client_id"),
        Index("ix_messages_version", "conversation_id", "version"),
        Base.__table_args__,
    )


class Attachment(Base):
    """A picture in a message, or on its way into one: then it has no place yet.

    The id is random and names the files too.
    """

    __tablename__ = "attachments"

    id: Mapped[str] = mapped_column(String(43), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    conversation_id: Mapped[int | None] = mapped_column(BigId)
    seq: Mapped[int | None] = mapped_column(BigInteger)
    position: Mapped[int] = mapped_column(default=0)
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    __table_args__ = (
        ForeignKeyConstraint(
            ["conversation_id", "seq"], ["messages.conversation_id", "messages.seq"]
        ),
        Index("ix_attachments_message", "conversation_id", "seq"),
        Index("ix_attachments_owner", "owner_id", "created_at"),
        Base.__table_args__,
    )


class Block(Base):
    """Somebody who wants to hear no more of somebody else. It holds in both directions."""

    __tablename__ = "blocks"

    blocker_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    blocked_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    __table_args__ = (
        PrimaryKeyConstraint("blocker_id", "blocked_id"),
        Index("ix_blocks_blocked_id", "blocked_id"),
        Base.__table_args__,
    )


class Reason(enum.StrEnum):
    """Why something is reported."""

    FRAUD = "fraud"
    SPAM = "spam"
    ABUSE = "abuse"
    OTHER = "other"


class Report(Base):
    """A conversation that a participant wants the operators to look at, or one message of it.

    ``first_seq`` and ``last_seq`` are what was there for them at that moment: nobody who looks at
    it sees more.
    """

    __tablename__ = "reports"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    reporter_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int | None] = mapped_column(BigInteger)
    first_seq: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    reason: Mapped[Reason] = mapped_column(_names(Reason))
    details: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
