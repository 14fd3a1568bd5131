"""What a seller says about a listing: read from the form, checked, ready to be stored."""

from dataclasses import dataclass, fields

from flask_babel import gettext as _

from marketplace.catalogue import amounts
from marketplace.catalogue.models import DESCRIPTION_MAX_LENGTH, TITLE_MAX_LENGTH, Listing
from marketplace.texts import contacts, rules
from marketplace.texts.errors import InvalidError


@dataclass(frozen=True, kw_only=True)
class Details:
    """Checked texts and price. Make one by :meth:`read`; verbs trust what is in it."""

    title: str
    description: str
    price_minor: int
    currency: str

    @classmethod
    def read(cls, *, title: str, description: str, price: str, currency: str) -> "Details":
        """Check everything, as typed.

        :raises InvalidError: for the first field that cannot be used.
        """
        return cls(
            title=read_title(title),
            description=read_description(description),
            price_minor=amounts.read_amount(price, currency),
            currency=amounts.read_currency(currency),
        )

    @classmethod
    def of(cls, listing: Listing) -> "Details":
        """What a listing says now."""
        return cls(**{each.name: getattr(listing, each.name) for each in fields(cls)})


def read_title(text: str) -> str:
    """One line of 1 to 120 characters that leads nowhere else.

    :raises InvalidError: for any other.
    """
    title = _checked(rules.read_line(text, "title"), TITLE_MAX_LENGTH, "title")
    if found := contacts.find_address(title) or contacts.find_telephone(title):
        found = rules.isolated(found)
        message = _("Please leave out “%(found)s”: buyers write to you here.", found=found)
        raise InvalidError(message, field="title")
    return title


def read_description(text: str) -> str:
    """Trimmed text of 1 to 5,000 characters; a browser's CRLF counts as one.

    :raises InvalidError: for any other.
    """
    typed = rules.read_typed(text, "description")
    return _checked(typed, DESCRIPTION_MAX_LENGTH, "description")


def _checked(text: str, limit: int, field: str) -> str:
    if rules.is_blank(text):
        raise InvalidError(_("Please fill this in."), field=field)
    if len(text) > limit:
        raise InvalidError(
            _(
                "Please shorten this by %(surplus)s: at most %(limit)s characters fit.",
                surplus=len(text) - limit,
                limit=limit,
            ),
            field=field,
        )
    return text
