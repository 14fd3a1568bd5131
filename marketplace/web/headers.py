"""What every answer carries, pages, errors, 304 and static files alike: what the browser is to
refuse, who may keep it, and the request's name.

Scripts and styles come from this site's files only, so that text which somehow got into a page
as HTML still does not run.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

from marketplace.operations.logs import ID_KEY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# nginx adds the same to what it answers by itself; see deploy/nginx.conf.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; "
        "img-src 'self' data: blob:; "  # Bootstrap's icons; a photo seen before it is sent
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Pages are asked for again before they are shown again, so that nobody finds them in a cache after
# a sign-out; with ``no-store`` a browser would forget as well where Back was on them. What programs
# get is for them to keep. Static files, photos and the account pages say their own.
PAGES_MAY_KEEP = ("Cache-Control", "private, no-cache")
PROGRAMS_MAY_KEEP = ("Cache-Control", "private, no-store")
FOR_PROGRAMS = "/api/"
ID_HEADER = "X-Request-ID"
HSTS = "max-age=31536000"  # for a year by https only; without subdomains, which may not be ours


def init_app(app: Flask) -> None:
    """Add them to all that is answered. What a view has set itself stays.

    In front of Flask, so that what is answered before it carries them as well.
    """
    headers = dict(HEADERS)
    if app.config["APP_ENV"] == "production":
        headers["Strict-Transport-Security"] = HSTS
    always = list(headers.items())
    application = app.wsgi_app

    def with_headers(
        environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        def start(status: str, given: list[tuple[str, str]], exc_info: Any = None) -> Any:
            own = dict(given)
            if headers.keys().isdisjoint(own):
                given += always
            else:
                given += [each for each in always if each[0] not in own]
            if "Cache-Control" not in own:
                is_for_programs = environ["PATH_INFO"].startswith(FOR_PROGRAMS)
                given.append(PROGRAMS_MAY_KEEP if is_for_programs else PAGES_MAY_KEEP)
            given.append((ID_HEADER, environ[ID_KEY]))
            return start_response(status, given, exc_info)

        return application(environ, start)

    app.wsgi_app = with_headers  # type: ignore[method-assign]
