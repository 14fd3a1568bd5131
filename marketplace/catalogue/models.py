"""Listings and their photos."""

import enum
from datetime import datetime

from sqlalchemy import Enum, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.database import Base, BigId, UTCDateTime, utcnow

TITLE_MAX_LENGTH = 120
DESCRIPTION_MAX_LENGTH = 5000
PHOTOS_MAX = 8


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
    search_text: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(BigId, default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    seller: Mapped[User] = relationship(lazy="raise_on_sql")
    photos: Mapped[list["Photo"]] = relationship(
        lazy="raise_on_sql", order_by="Photo.position", cascade="all, delete-orphan"
    )

    __table_args__ = (
        Index("ix_listings_seller_id", "seller_id", "id"),
        Index("ix_listings_status", "status", "id"),
        Base.__table_args__,
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
