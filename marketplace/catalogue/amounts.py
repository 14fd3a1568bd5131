"""Prices as people type them, read into minor units (cents); what could be two things is asked."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from flask_babel import format_decimal
from flask_babel import gettext as _

from marketplace.texts.errors import InvalidError

CURRENCIES = {"EUR": "EUR €", "CHF": "CHF", "GBP": "GBP £", "USD": "USD $"}
PRICE_MAX_MINOR = 10_000_000_00
MINOR_UNITS = 100  # of every currency above
TEXT_MAX_LENGTH = 60  # twice what the highest price takes with a currency before and after it

# As it is typed, and as our own pages write it in French ("$US").
_WORDS = {
    "EUR": ("€", "eur", "euro", "euros"),
    "CHF": ("chf", "sfr", "sfr.", "fr", "fr."),
    "GBP": ("£", "gbp", "£gb"),
    "USD": ("$", "usd", "us$", "$us"),
}
_CURRENCY_OF = {word: code for code, words in _WORDS.items() for word in words}
_WORD = "|".join(sorted(map(re.escape, _CURRENCY_OF), key=len, reverse=True))
_WITH_CURRENCY = re.compile(
    rf"(?P<before>{_WORD})? ?(?P<number>.*?) ?(?P<after>{_WORD})?", re.IGNORECASE
)

# A point or comma with one or two digits after it begins the cents; with three it groups
# thousands, as a space and an apostrophe do. So "1.200" and "1,200" are twelve hundred in every
# language: no price has three decimals. A group does not begin with 0: see _LESS_THAN_ONE.
_AMOUNT = re.compile(
    r"(?P<whole>[0-9]+|[1-9][0-9]{0,2}(?P<group>[ '.,])[0-9]{3}(?:(?P=group)[0-9]{3})*|(?=[.,]))"
    r"(?:(?!(?P=group))[.,](?P<cents>[0-9]{1,2}))?"
)
# As the Swiss and Germans write 120.-
_NO_CENTS = re.compile(r"(?<=[0-9])[.,] ?(?:--?|\N{EN DASH}|\N{EM DASH})$")
_LESS_THAN_ONE = re.compile(r"0*[.,][0-9]{3,}")
_NEGATIVE = re.compile(r"[-\N{MINUS SIGN}\N{EN DASH}\N{EM DASH}][^0-9]*[0-9]")
_ONE_NUMBER = re.compile(r"[0-9](?:[0-9 '.,]*[0-9])?")

_SIGNS = {
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{ARABIC DECIMAL SEPARATOR}": ",",
    "\N{ARABIC THOUSANDS SEPARATOR}": "'",
    "\N{FULLWIDTH POUND SIGN}": "£",
}
_FULLWIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def read_amount(text: str, currency: str | None = None) -> int:
    """Minor units from "120", "120,50 €", ".5", "CHF 1'200.-" and the like. 0 is for free.

    :param currency: the code that was chosen beside it; None when there is nothing to compare.
    :raises InvalidError: for what is no amount, negative, beyond ten million, more than one
        number, could be two amounts, or names another currency.
    """
    parts = _WITH_CURRENCY.fullmatch(_plain(text)) if len(text) <= TEXT_MAX_LENGTH else None
    if parts is None:
        raise _refusal(_not_understood())
    number = _NO_CENTS.sub("", parts["number"])
    found = _AMOUNT.fullmatch(number)
    if found is None:
        raise _refusal(_what_is_wrong(number))
    whole = re.sub(r"\D", "", found["whole"]) or "0"
    if len(whole) > len(str(PRICE_MAX_MINOR)) or int(whole) * MINOR_UNITS > PRICE_MAX_MINOR:
        raise _refusal(_("This price is too high."))
    for word in (parts["before"], parts["after"]):
        if word and currency in CURRENCIES and _CURRENCY_OF[word.lower()] != currency:
            question = _(
                "You wrote %(typed)s, but chose %(chosen)s. Which one is it?",
                typed=word,
                chosen=currency,
            )
            raise _refusal(question)
    return int(whole) * MINOR_UNITS + int((found["cents"] or "").ljust(2, "0"))


def read_currency(code: str) -> str:
    """One of ``CURRENCIES``.

    :raises InvalidError: for any other.
    """
    if code not in CURRENCIES:
        raise InvalidError(_("Please choose one of the currencies."), field="currency")
    return code


def written(amount: Decimal) -> str:
    """An amount as one types it in the reader's language."""
    label: str = format_decimal(amount, format="0" if amount % 1 == 0 else "0.00")
    return label


def _plain(text: str) -> str:
    """All blanks, apostrophes and digits in one form each, whatever keyboard they come from."""
    text = text.translate(_FULLWIDTH)
    plain = "".join(_SIGNS.get(character) or _digit_or_blank(character) for character in text)
    return re.sub(" +", " ", plain).strip()


def _digit_or_blank(character: str) -> str:
    if character == "\t" or unicodedata.category(character) == "Zs":
        return " "
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def _what_is_wrong(number: str) -> str:
    """Why this is no amount, in a sentence that helps to mend it."""
    if _NEGATIVE.match(number):
        return str(_("A price cannot be negative."))
    if _LESS_THAN_ONE.fullmatch(number):
        small = Decimal(f"0.{re.split('[.,]', number)[1]}").quantize(Decimal("0.01"), ROUND_HALF_UP)
        question = _(
            "This has more than two digits after the point. Is it %(small)s or %(large)s?",
            small=written(small),
            large=int(re.sub(r"\D", "", number)),
        )
        return str(question)
    if len(_ONE_NUMBER.findall(number)) > 1:
        return str(_("These are several numbers. Please enter one amount."))
    return _not_understood()


def _not_understood() -> str:
    return str(
        _("Please enter an amount such as 120 or %(example)s.", example=written(Decimal("99.5")))
    )


def _refusal(sentence: str) -> InvalidError:
    return InvalidError(sentence, field="price")
