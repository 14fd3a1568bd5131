"""Where to go after signing in: a page of this site, and nothing else."""

import re
from urllib.parse import urlsplit

from flask import request

from marketplace.accounts.models import NEXT_MAX_LENGTH

HOME = "/marketplace"
# One slash, then no second one: browsers read both "//" and "/\" as the start of a host's name,
# and drop tabs and line breaks before they look.
_PATH_HERE = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def wanted() -> str | None:
    """Where this request asks to be sent, by form or address, if that is here."""
    return safe(request.values.get("next"))


def safe(target: str | None) -> str | None:
    """The target when it is a path of this site, else None."""
    if target and len(target) <= NEXT_MAX_LENGTH and _PATH_HERE.fullmatch(target):
        return target
    return None


def path_here(address: str | None) -> str | None:
    """The path of a full address that is this site's, else None."""
    if not address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.netloc != request.host:
        return None
    return safe(f"{parts.path}?{parts.query}" if parts.query else parts.path)
