"""Which site's page sent a request, as the browser says: no page can say it for itself.

Browsers name the origin of all that writes. Who names none (a program, a very old browser) is
neither known to be here nor elsewhere.
"""

from urllib.parse import urlsplit

from flask import request


def is_here() -> bool:
    """Whether a page of this site is known to have sent this."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = _host_of(request.headers.get("Origin", ""))
    return origin is not None and origin == _host_of(f"//{request.host}")


def is_elsewhere() -> bool:
    """Whether something else than this site's pages is known to have sent this."""
    names_one = "Sec-Fetch-Site" in request.headers or "Origin" in request.headers
    return names_one and not is_here()


def _host_of(origin: str) -> str | None:
    """Without its port: cookies know none, and a proxy may drop it."""
    try:
        return urlsplit(origin).hostname
    except ValueError:
        return None
