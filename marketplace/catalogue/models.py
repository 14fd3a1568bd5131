"""Listings and their photos."""

import enum
from datetime import datetime

from sqlalchemy import Enum, ForeignKey, Index, PrimaryKeyConstraint, String, Text, text
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.storage.database import Base, BigId, UTCDateTime, utcnow

TITLE_MAX_LENGTH = 120
DESCRIPTION_MAX_LENGTH = 5000
PHOTOS_MAX = 8
WORD_MAX_LENGTH = 20  # of a longer word the beginning counts

# Compared sign by sign: folding has made alike what is to be found alike.
Word = String(WORD_MAX_LENGTH).with_variant(
    mysql.VARCHAR(WORD_MAX_LENGTH, collation="utf8mb4_bin"), "mysql", "mariadb"
)


class Status(enum.StrEnum):
    """Where a listing stands. A withdrawn one is seen by its owner only."""

    AVAILABLE = "available"
    RESERVED = "reserved"
    SOLD = "sold"
    WITHDRAWN = "withdrawn"


class Listing(Base):
    """Something for sale. The price is in minor units (cents) of its currency.

    ``version`` rises with every change of it: who edits says from which one they started.
    """

    __tablename__ = "listings"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str] = mapped_column(String(TITLE_MAX_LENGTH))
    description: Mapped[str] = mapped_column(Text)
    price_minor: Mapped[int] = mapped_column(BigId)
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[Status] = mapped_column(
        Enum(
            Status,
            native_enum=False,
            length=20,
            create_constraint=False,
            values_callable=lambda statuses: [status.value for status in statuses],
        ),
        default=Status.AVAILABLE,
    )
    version: Mapped[int] = mapped_column(BigId, default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    seller: Mapped[User] = relationship(lazy="raise_on_sql")
    photos: Mapped[list["Photo"]] = relationship(
        lazy="raise_on_sql", order_by="Photo.position", cascade="all, delete-orphan"
    )

    @property
    def cover(self) -> "Photo | None":
        """The first photo."""
        return self.photos[0] if self.photos else None

    __table_args__ = (
        Index("ix_listings_seller_id", "seller_id", "id"),
        Index("ix_listings_status", "status", "id"),
        Base.__table_args__,
    )


class ListingWord(Base):
    """A word of a listing that everybody sees. ``stem`` is its beginning: entries of one stem lie
    in the order of their listings, so that the newest with a common word are the first found."""

    __tablename__ = "listing_words"

    stem: Mapped[str] = mapped_column(Word)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id", ondelete="CASCADE"))
    word: Mapped[str] = mapped_column(Word)

    __table_args__ = (
        PrimaryKeyConstraint("stem", "listing_id", "word"),
        Index("ix_listing_words_word", "word", "listing_id"),
        Index("ix_listing_words_listing_id", "listing_id"),
        Base.__table_args__ | {"sqlite_with_rowid": False},
    )


class Photo(Base):
    """One picture of a listing: re-encoded files named at random in the upload folder."""

    __tablename__ = "photos"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(43))
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int] = mapped_column(server_default=text("0"))

    __table_args__ = (
        Index("ix_photos_listing_id", "listing_id", "position"),
        Base.__table_args__,
    )
