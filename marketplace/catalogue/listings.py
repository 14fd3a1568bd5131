"""Listings: putting one up, changing it, taking it down, and who sees which."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from blinker import Signal
from flask_babel import gettext as _
from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.accounts import picture_room
from marketplace.accounts.models import User
from marketplace.catalogue import cards, search
from marketplace.catalogue.cards import Card, card_of
from marketplace.catalogue.details import Details
from marketplace.catalogue.models import PHOTOS_MAX, Listing, Photo, Status
from marketplace.catalogue.photos import photos
from marketplace.catalogue.quota import OPEN, check_room
from marketplace.storage.database import after_commit, db, transaction
from marketplace.storage.deadlines import within
from marketplace.storage.files import SavedPicture
from marketplace.texts.errors import ForbiddenError, InvalidError, NotFoundError, OutdatedError

PAGE_SIZE = 24
SEARCH_SECONDS = 1.0  # two words that many listings have, and none both, take a third of it
PAGES_MAX = 500  # who has looked through 12,000 listings searches better by other words

listing_changed = Signal(
    "A listing was changed. Sent with the listing and ``changed``, the names of its attributes "
    "that are different now, inside the unit of work that changes it: what a subscriber writes "
    "is stored with it, or not at all."
)


@dataclass(frozen=True)
class Offer(Card):
    """A listing in a list of all sellers'."""

    seller_name: str
    seller_is_staff: bool


@dataclass(frozen=True)
class Page:
    """Some listings, newest first; ``number`` counts from 1."""

    listings: Sequence[Offer]
    number: int
    has_next: bool


def browse(query: str = "", page: int = 1) -> Page:
    """What everybody sees: all but withdrawn ones.

    :param query: words that must all occur in title or description; blank for everything.
    """
    if not query:
        return _page(search.everything(), page)
    with within(db.session.connection(), SEARCH_SECONDS):
        return _page(search.found(query), page)


def browse_own(seller: User, page: int = 1) -> Page:
    """This seller's listings in every state."""
    own = select(Listing.id).where(Listing.seller_id == seller.id)
    return _page(own.order_by(Listing.id.desc()), page)


def get_visible(viewer: User | None, listing_id: int) -> Listing:
    """A listing with photos and seller loaded, if this person, or anybody, may see it.

    :raises NotFoundError: when it does not exist or is withdrawn by another; they look alike.
    """
    listing = db.session.scalar(
        _loaded(select(Listing).where(Listing.id == listing_id)),
        execution_options={"populate_existing": True},  # as it is now, not as seen before
    )
    if listing is None or not _is_visible(listing, viewer):
        raise NotFoundError
    return listing


def get_own(seller: User, listing_id: int) -> Listing:
    """A listing that this person may change.

    :raises NotFoundError: when they cannot even see it.
    :raises ForbiddenError: when it is another's.
    """
    listing = get_visible(seller, listing_id)
    if listing.seller_id != seller.id:
        raise ForbiddenError(_("This is not your listing."))
    return listing


@transaction
def create(seller: User, details: Details, pictures: Sequence[SavedPicture] = ()) -> Listing:
    """Put something up for sale.

    :param pictures: those of ``photos.saved``, in order; the first is the cover.
    :raises InvalidError: for too many photos, and when there is no room for their bytes.
    :raises FullError: when they have as many open listings as one may.
    """
    check_room(seller)
    _check_bytes(seller, added=pictures)
    listing = Listing(seller_id=seller.id, photos=[])
    _describe(listing, details)
    _arrange(listing, [], pictures)
    db.session.add(listing)
    db.session.flush()
    search.index(listing)
    return listing


@transaction
def edit(
    seller: User,
    listing_id: int,
    details: Details,
    *,
    added: Sequence[SavedPicture] = (),
    removed: Collection[int] = (),
    version: int | None = None,
) -> Listing:
    """Change texts and price, remove photos by id and add others after those that stay.

    Removed files go after the commit, so that a failure leaves the listing whole.

    :param version: of the state that the details were made from; None to overwrite any. It is
        compared under the row's lock: of two edits of one state, the second is refused.
    :raises OutdatedError: when the listing was changed meanwhile and does not say this already.
    :raises InvalidError: for too many photos, and when there is no room for their bytes.
    :raises NotFoundError, ForbiddenError: as :func:`get_own`.
    """
    listing = _lock_own(seller, listing_id)
    if version not in (None, listing.version) and details != Details.of(listing):
        raise OutdatedError(_("This listing was changed meanwhile."))
    _describe(listing, details)
    gone = [photo for photo in listing.photos if photo.id in removed]
    _check_bytes(seller, added=added, gone=gone)
    for photo in gone:
        after_commit(partial(photos.discard, photo.name))
    _arrange(listing, [photo for photo in listing.photos if photo not in gone], added)
    _tell(listing)
    return listing


@transaction
def set_status(
    seller: User, listing_id: int, status: Status, *, seen: Status | None = None
) -> Listing:
    """Say where it stands: for sale (again), reserved, sold, or withdrawn.

    :param seen: where it stood for who says so; None to set it whatever it is.
    :raises OutdatedError: when it neither stands there any more nor where it is wanted.
    :raises FullError: when it would be open again, and be one too many.
    :raises NotFoundError, ForbiddenError: as :func:`get_own`.
    """
    listing = _lock_own(seller, listing_id)
    if listing.status is status:
        return listing
    if seen not in (None, listing.status):
        raise OutdatedError(_("The status of this listing was changed meanwhile."))
    if status in OPEN and listing.status not in OPEN:
        check_room(seller)
    listing.status = status
    _tell(listing)
    return listing


def withdraw(seller: User, listing_id: int, *, seen: Status | None = None) -> Listing:
    """Take it down. Its owner still sees it and can put it back; its conversations stay.

    :raises OutdatedError: as :func:`set_status`.
    """
    return set_status(seller, listing_id, Status.WITHDRAWN, seen=seen)


def _is_visible(listing: Listing, viewer: User | None) -> bool:
    if listing.status is not Status.WITHDRAWN:
        return True
    return viewer is not None and viewer.id == listing.seller_id


def _lock_own(seller: User, listing_id: int) -> Listing:
    """The same as :func:`get_own`, and nobody else changes it until the end of this unit."""
    db.session.execute(select(Listing.id).where(Listing.id == listing_id).with_for_update())
    return get_own(seller, listing_id)


def _describe(listing: Listing, details: Details) -> None:
    listing.title = details.title
    listing.description = details.description
    listing.price_minor = details.price_minor
    listing.currency = details.currency


def _check_bytes(
    seller: User, *, added: Sequence[SavedPicture], gone: Sequence[Photo] = ()
) -> None:
    """Only who adds photos can be refused: others keep what they have."""
    if added:
        picture_room.hold(seller)
        more = sum(each.size_bytes for each in added) - sum(each.size_bytes for each in gone)
        picture_room.check(seller, more, field="photos")


def _arrange(listing: Listing, kept: list[Photo], added: Sequence[SavedPicture]) -> None:
    """Number the photos through: those that stay, then the new ones."""
    if len(kept) + len(added) > PHOTOS_MAX:
        raise InvalidError(
            _("A listing has at most %(number)s photos.", number=PHOTOS_MAX), field="photos"
        )
    new = [
        Photo(name=photo.name, width=photo.width, height=photo.height, size_bytes=photo.size_bytes)
        for photo in added
    ]
    for position, photo in enumerate([*kept, *new]):
        photo.position = position
    listing.photos = [*kept, *new]


def _tell(listing: Listing) -> None:
    """Only before the flush does the session know what is different."""
    changed = {each.key for each in inspect(listing).attrs if each.history.has_changes()}
    if changed:
        listing.version += 1
    db.session.flush()
    if changed & {"title", "description", "status"}:
        search.index(listing)
    listing_changed.send(listing, changed=changed)


def _page(ids: Select[int], number: int) -> Page:
    """One listing more than a page shows tells whether there is a next page, without counting.
    What a page passes over is passed over by ids alone."""
    some = ids.offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE + 1).subquery()
    listings = (
        select(*cards.COLUMNS, User.name.label("seller_name"), User.is_staff)
        .select_from(some)
        .join(Listing, Listing.id == some.c[0])
        # Outer, though they are there: SQLite might begin with them, and go through all listings.
        .outerjoin(User, User.id == Listing.seller_id)
        .outerjoin(Photo, cards.is_cover())
        # By the inner number: to be in order of their own, SQLite would go through all listings.
        .order_by(some.c[0].desc())
        # Or MariaDB, which takes no heed of a limit within, looks through all listings for these.
        .prefix_with("STRAIGHT_JOIN", dialect="mysql")
    )
    found = db.session.execute(listings).all()
    has_next = len(found) > PAGE_SIZE and number < PAGES_MAX
    return Page([_offer(row) for row in found[:PAGE_SIZE]], number, has_next)


def _offer(row: Any) -> Offer:
    card = vars(card_of(row))
    return Offer(**card, seller_name=row.seller_name, seller_is_staff=row.is_staff)


def _loaded(listings: Select[Listing]) -> Select[Listing]:
    return listings.options(joinedload(Listing.seller), selectinload(Listing.photos))
