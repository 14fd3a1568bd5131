"""Prices: read as people type them, shown as people write them. Stored in minor units (cents)."""

import re
from decimal import Decimal

from flask_babel import format_currency, format_decimal
from flask_babel import gettext as _

from marketplace.catalogue.models import Listing
from marketplace.errors import InvalidError

CURRENCIES = {"EUR": "EUR €", "CHF": "CHF", "GBP": "GBP £", "USD": "USD $"}
PRICE_MAX_MINOR = 10_000_000_00
MINOR_UNITS = 100  # of every currency above

# A point or comma with one or two digits after it begins the cents; with three it groups
# thousands, as a space and an apostrophe do. So "1.200" and "1,200" are twelve hundred in every
# language: no price has three decimals.
_AMOUNT = re.compile(
    r"(?P<whole>[0-9]+|[0-9]{1,3}(?P<group>[ '.,])[0-9]{3}(?:(?P=group)[0-9]{3})*)"
    r"(?:(?!(?P=group))[.,](?P<cents>[0-9]{1,2}))?"
)
_SPACES_AND_APOSTROPHES = str.maketrans(
    {
        "\N{NO-BREAK SPACE}": " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
        "\N{THIN SPACE}": " ",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    }
)


def read_amount(text: str) -> int:
    """Minor units from "120", "120,50", "120.5", "1 200" or "1'200.00". 0 is for free.

    :raises InvalidError: for what is no amount, negative or beyond ten million.
    """
    found = _AMOUNT.fullmatch(text.strip().translate(_SPACES_AND_APOSTROPHES))
    if not found:
        example = _amount(Decimal("99.5"))
        raise InvalidError(
            _("Please enter an amount such as 120 or %(example)s.", example=example), field="price"
        )
    whole = re.sub(r"\D", "", found["whole"])
    if len(whole) > len(str(PRICE_MAX_MINOR)) or int(whole) * MINOR_UNITS > PRICE_MAX_MINOR:
        raise InvalidError(_("This price is too high."), field="price")
    return int(whole) * MINOR_UNITS + int((found["cents"] or "").ljust(2, "0"))


def read_currency(code: str) -> str:
    """One of ``CURRENCIES``.

    :raises InvalidError: for any other.
    """
    if code not in CURRENCIES:
        raise InvalidError(_("Please choose one of the currencies."), field="currency")
    return code


def amount_of(listing: Listing) -> str:
    """The price as its seller would type it in their language: for the form."""
    return _amount(Decimal(listing.price_minor) / MINOR_UNITS)


def price_label(listing: Listing) -> str:
    """The price as the reader's language writes it; whole amounts go without cents."""
    return money_label(listing.price_minor, listing.currency)


def money_label(minor: int, currency: str) -> str:
    """An amount in minor units as the reader's language writes it."""
    if not minor:
        return str(_("Free"))
    label: str = format_currency(Decimal(minor) / MINOR_UNITS, currency)
    if minor % MINOR_UNITS == 0:
        label = re.sub(r"[.,]00(?!\d)", "", label)
    # Babel sets letters right before digits, as in CHF100.
    return re.sub(r"(?<=[A-Z])(?=\d)", "\N{NO-BREAK SPACE}", label)


def _amount(amount: Decimal) -> str:
    label: str = format_decimal(amount, format="0" if amount % 1 == 0 else "0.00")
    return label
