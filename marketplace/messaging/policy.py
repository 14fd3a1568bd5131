"""Who may write to whom. The one guard for every way to reach somebody.

A marketplace's relation: a buyer writes about a listing they can see, and both answer while it
is open. For another relation (patients and their doctors) these functions are what to replace.
"""

from flask_babel import gettext as _

from marketplace.accounts.models import User
from marketplace.catalogue.models import Listing, Status
from marketplace.errors import ForbiddenError
from marketplace.messaging.models import Participant


class ClosedError(ForbiddenError):
    """Nobody may write here any more; what was written stays readable."""

    code = "closed"


def check_may_open(user: User, listing: Listing) -> None:
    """Let a buyer begin a conversation about this listing.

    :raises ForbiddenError: for the owner.
    :raises ClosedError: when it is no longer for sale.
    """
    if listing.seller_id == user.id:
        raise ForbiddenError(_("This is your own listing."))
    sentence = closed_listing(listing)
    if sentence:
        raise ClosedError(sentence)


def check_may_write(me: Participant) -> None:
    """Let a participant write.

    :raises ClosedError: with the sentence that stands in place of the composer.
    """
    sentence = closed(me)
    if sentence:
        raise ClosedError(sentence)


def closed(me: Participant) -> str | None:
    """Why this participant cannot write here, as a sentence; None when they can."""
    listing = me.conversation.listing
    return closed_listing(listing) if listing else None


def closed_listing(listing: Listing) -> str | None:
    """Why nobody can write about this listing; None when they can."""
    sentences: dict[Status, str] = {
        Status.SOLD: _("This listing is sold; nobody can write about it any more."),
        Status.WITHDRAWN: _("This listing was taken down; nobody can write about it any more."),
    }
    return sentences.get(listing.status)
