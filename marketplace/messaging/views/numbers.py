"""Cursors and places as they come in addresses."""

import re

from flask import request
from flask_babel import gettext as _

from marketplace.storage.database import BIGGEST
from marketplace.texts.errors import MalformedError

WHOLE_NUMBER = re.compile(r"[0-9]{1,19}")


def number_argument(name: str, default: int) -> int:
    """A whole number of the query, from 0 to what a database holds.

    :raises MalformedError: for anything else, and for more than one.
    """
    values = request.args.getlist(name)
    if not values:
        return default
    if len(values) == 1 and WHOLE_NUMBER.fullmatch(values[0]) and int(values[0]) <= BIGGEST:
        return int(values[0])
    raise MalformedError(_("'%(name)s' must be a whole number, once.", name=name))
