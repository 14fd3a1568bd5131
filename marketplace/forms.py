"""How the rules of a text get beside its field: they are the domain's, and written there only."""

from collections.abc import Callable
from typing import Any

from wtforms import Field
from wtforms.validators import ValidationError

from marketplace.errors import InvalidError


def reads(read: Callable[[str], object]) -> Callable[[Any, Field], None]:
    """A validator that shows the sentence with which ``read`` refuses a text."""

    def check(_form: Any, field: Field) -> None:
        try:
            read(field.data or "")
        except InvalidError as error:
            raise ValidationError(error.message) from error

    return check
