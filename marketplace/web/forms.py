"""What all forms share: rules of texts beside their fields, and edits that overwrite knowingly.

The rules are the domain's, and written there only.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any, Self

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, SelectField
from wtforms.validators import ValidationError

from marketplace.texts.errors import InvalidError

# A field without one asks WTForms' own catalogue for a label, which is read from its file with each
# request: a twelfth of a conversation's page.
NO_LABEL = ""
_VERSION = re.compile(r"[0-9]{1,18}")


def reads(read: Callable[[str], object]) -> Callable[[Any, Field], None]:
    """A validator that shows the sentence with which ``read`` refuses a text."""

    def check(_form: Any, field: Field) -> None:
        try:
            read(field.data or "")
        except InvalidError as error:
            raise ValidationError(error.message) from error

    return check


class EditForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form that changes what is stored, and carries what it was made from.

    A page can be open for long, and the same thing be changed in another tab. Then the form comes
    back with what was typed, says beside each field what was stored there meanwhile, and is from
    then on made from that: sent again it overwrites knowingly.
    """

    version = HiddenField(NO_LABEL)
    seen = HiddenField(
        NO_LABEL
    )  # a digest of each field's value, to tell which were changed meanwhile

    is_outdated = False

    @classmethod
    def showing(cls, version: int, state: Mapping[str, Any]) -> Self:
        """The form with what is stored, or with what was sent instead.

        :param state: what the fields show, by their names.
        """
        form = cls(data=state)
        if not form.is_submitted():
            form.start_from(version, state)
        return form

    @property
    def made_from(self) -> int | None:
        """The version that the form was made from; None when it says none."""
        text = self.version.data or ""
        return int(text) if _VERSION.fullmatch(text) else None

    def start_from(self, version: int, state: Mapping[str, Any]) -> None:
        """Count as made from this state."""
        self.version.data = str(version)
        self.seen.data = " ".join(map(_digest, state.values()))

    def tell_meanwhile(self, version: int, state: Mapping[str, Any]) -> None:
        """Put what is stored now beside each field where it was changed, if to something else
        than what was typed; ``is_outdated`` says whether there is any."""
        seen = dict(zip(state, (self.seen.data or "").split(), strict=False))
        for name, value in state.items():
            if seen.get(name) != _digest(value) and self[name].data != value:
                self[name].meanwhile = _shown(self[name], value)
                self.is_outdated = True
        self.start_from(version, state)


def _digest(value: object) -> str:
    text = str(value).encode(errors="backslashreplace")
    return hashlib.blake2b(text, digest_size=6).hexdigest()


def _shown(field: Field, value: Any) -> str:
    """A value as its field shows it."""
    if isinstance(field, BooleanField):
        return str(_("on") if value else _("off"))
    if isinstance(field, SelectField):
        return next(str(label) for key, label, *_rest in field.iter_choices() if key == value)
    return str(value)
