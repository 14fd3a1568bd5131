"""The form in which a seller describes a listing."""

from functools import cached_property

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import Field, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import ValidationError

from marketplace.catalogue import amounts, prices
from marketplace.catalogue.details import Details, read_description, read_title
from marketplace.catalogue.models import PHOTOS_MAX, Listing
from marketplace.storage.images import Picture
from marketplace.texts.errors import InvalidError
from marketplace.web import uploads
from marketplace.web.forms import EditForm, reads


class ListingForm(EditForm):
    """Title, description, price and photos. ``remove`` holds ids of photos to take away."""

    title = StringField(_l("Title"), validators=[reads(read_title)])
    description = TextAreaField(_l("Description"), validators=[reads(read_description)])
    price = StringField(_l("Price"))
    currency = SelectField(
        _l("Currency"),
        choices=[SelectChoice(code, label) for code, label in amounts.CURRENCIES.items()],
        default="EUR",
    )
    photos = MultipleFileField(_l("Photos"))
    remove = SelectMultipleField(_l("Remove"), coerce=int, validate_choice=False)

    @classmethod
    def of(cls, listing: Listing) -> "ListingForm":
        """The form with what the listing says, or with what was sent instead."""
        form = cls.showing(listing.version, state_of(listing))
        form.photos.label.text = _("Add photos")
        return form

    def details(self) -> Details:
        """What was typed, once the form is valid."""
        return Details.read(
            title=self.title.data or "",
            description=self.description.data or "",
            price=self.price.data or "",
            currency=self.currency.data,
        )

    def refuse(self, error: InvalidError) -> None:
        """Show what only the verb could find out, beside its field."""
        field = self[error.field or "title"]
        field.errors = [*field.errors, error.message]

    def validate_price(self, field: Field) -> None:
        """An amount, and no other currency in it than the one chosen beside it."""
        reads(lambda text: amounts.read_amount(text, self.currency.data))(self, field)

    def validate_photos(self, field: Field) -> None:
        """Only so many; they are decoded when all else is right, by ``pictures``."""
        if len(field.data or []) > PHOTOS_MAX:
            raise ValidationError(_("Please choose at most %(number)s photos.", number=PHOTOS_MAX))

    @cached_property
    def pictures(self) -> list[Picture]:
        """The files of a valid form, decoded.

        :raises InvalidError: for one that is no picture.
        :raises TooManyError, BusyError: as :func:`marketplace.web.uploads.read`.
        """
        return uploads.read(self.photos.data or [], field="photos")


def state_of(listing: Listing) -> dict[str, str]:
    """What the form shows of a listing, by field."""
    return {
        "title": listing.title,
        "description": listing.description,
        "price": prices.amount_of(listing),
        "currency": listing.currency,
    }
