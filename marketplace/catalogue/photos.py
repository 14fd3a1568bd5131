"""Where the files of listings' photos are, and what they take of a seller's room."""

from sqlalchemy import ScalarSelect, func, select

from marketplace.accounts import picture_room
from marketplace.catalogue.models import Listing, Photo
from marketplace.storage.files import Folder

photos = Folder("photos")


@picture_room.counts
def taken_by(seller_id: int) -> ScalarSelect[int]:
    """The bytes of all photos of somebody's listings, in whatever state those are."""
    return (
        select(func.sum(Photo.size_bytes))
        .join(Listing, Listing.id == Photo.listing_id)
        .where(Listing.seller_id == seller_id)
        .scalar_subquery()
    )
