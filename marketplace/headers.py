"""What every answer tells the browser to refuse: pages, errors, 304 and static files alike.

Scripts and styles come from this site's files only, so that text which somehow got into a page
as HTML still does not run.
"""

from flask import Flask, Response

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
HSTS = "max-age=31536000"  # for a year by https only; without subdomains, which may not be ours


def init_app(app: Flask) -> None:
    """Add them to all that is answered. What a view has set itself stays."""
    headers = dict(HEADERS)
    if app.config["APP_ENV"] == "production":
        headers["Strict-Transport-Security"] = HSTS

    @app.after_request
    def add(response: Response) -> Response:
        # A third of the time of setdefault() for each, and every idle poll passes here.
        given = {name for name, _ in response.headers}
        response.headers.extend([each for each in headers.items() if each[0] not in given])
        return response
