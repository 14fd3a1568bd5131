"""A listing as it looks in a list, in the inbox and on top of a conversation.

Read as columns: as rows of the ORM, with their photos after them, the listings of one page took a
third of what the page costs.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_

from marketplace.catalogue.models import Listing, Photo, Status


@dataclass(frozen=True)
class Cover:
    """The first photo."""

    name: str
    width: int
    height: int


@dataclass(frozen=True)
class Card:
    """What a list shows of a listing. Templates take a whole ``Listing`` in its place."""

    id: int
    seller_id: int
    title: str
    price_minor: int
    currency: str
    status: Status
    created_at: datetime
    cover: Cover | None


COLUMNS: tuple[Any, ...] = (
    Listing.id.label("listing_id"),
    Listing.seller_id,
    Listing.title,
    Listing.price_minor,
    Listing.currency,
    Listing.status,
    Listing.created_at.label("listed_at"),
    Photo.name.label("cover"),
    Photo.width.label("cover_width"),
    Photo.height.label("cover_height"),
)


def is_cover() -> ColumnElement[bool]:
    """The condition by which a statement with ``COLUMNS`` joins ``Photo``, where there is one."""
    return and_(Photo.listing_id == Listing.id, Photo.position == 0)


def card_of(row: Any) -> Card:
    """From a row that has ``COLUMNS``."""
    cover = Cover(row.cover, row.cover_width, row.cover_height) if row.cover else None
    return Card(
        id=row.listing_id,
        seller_id=row.seller_id,
        title=row.title,
        price_minor=row.price_minor,
        currency=row.currency,
        status=row.status,
        created_at=row.listed_at,
        cover=cover,
    )
