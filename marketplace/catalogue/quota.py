"""How many listings one person may have open at once, so that nobody fills the marketplace.

Those for sale and those reserved are counted; what is sold or withdrawn is in nobody's way.
"""

from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.catalogue.models import Listing, Status
from marketplace.operations import limits
from marketplace.storage.database import db
from marketplace.texts.errors import ForbiddenError

OPEN = (Status.AVAILABLE, Status.RESERVED)
OPEN_MAX = 200  # eight pages of them; a household has some dozens


class FullError(ForbiddenError):
    """One more open listing would be too many."""

    code = "too_many_listings"


def check_room(seller: User) -> None:
    """Let somebody open one more. Part of the unit of work that opens it: it holds the account's
    row, so that clicks at one instant count as in turn.

    :raises FullError: when they have as many as one may.
    """
    if limits.are_on():
        db.session.execute(select(User.id).where(User.id == seller.id).with_for_update())
        check(seller)


def check(seller: User) -> None:
    """Ask the same before anything dear is done for a listing that could not be opened.

    :raises FullError: as :func:`check_room`.
    """
    if not limits.are_on():
        return
    is_open = (Listing.seller_id == seller.id, Listing.status.in_(OPEN))
    found = db.session.scalars(select(Listing.id).where(*is_open).limit(OPEN_MAX)).all()
    if len(found) == OPEN_MAX:
        raise FullError(
            _(
                "You have %(number)s open listings, and more are not possible. "
                "Please withdraw one first, or mark one as sold.",
                number=OPEN_MAX,
            )
        )
