"""Prices as they are shown. They are stored in minor units (cents); see ``amounts`` for reading."""

import re
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency
from flask_babel import get_locale
from flask_babel import gettext as _

from marketplace.catalogue.amounts import MINOR_UNITS, written
from marketplace.catalogue.models import Listing

PRICES_KEPT = 2_000


def amount_of(listing: Listing) -> str:
    """The price as its seller would type it in their language: for the form."""
    return written(Decimal(listing.price_minor) / MINOR_UNITS)


def price_label(listing: Listing) -> str:
    """The price as the reader's language writes it; whole amounts go without cents."""
    return money_label(listing.price_minor, listing.currency)


def money_label(minor: int, currency: str) -> str:
    """An amount in minor units as the reader's language writes it."""
    if not minor:
        return str(_("Free"))
    return _written(minor, currency, str(get_locale()))


@lru_cache(PRICES_KEPT)
def _written(minor: int, currency: str, locale: str) -> str:
    """Kept: a price is read more often than it changes, and Babel takes its time."""
    label: str = format_currency(Decimal(minor) / MINOR_UNITS, currency, locale=locale)
    if minor % MINOR_UNITS == 0:
        label = re.sub(r"[.,]00(?!\d)", "", label)
    # Babel sets letters right before digits, as in CHF100.
    return re.sub(r"(?<=[A-Z])(?=\d)", "\N{NO-BREAK SPACE}", label)
