"""Where a request came from and which host it asked for: what is believed of that.

Anybody can write ``X-Forwarded-For`` or ``Host`` into a request. The first counts only when it
comes from a proxy of ours, the second only when it names this site.
Links in mails carry neither: production has the site's address in ``SITE_URL``.
"""

from flask import Flask, current_app
from flask.globals import request_ctx
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from marketplace.web.errors import http_error


def init_app(app: Flask) -> None:
    """Believe as many proxies as there are, and answer unknown hosts (Flask finds them) 400."""
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    app.register_error_handler(SecurityError, _unknown_host)


def _unknown_host(error: SecurityError) -> Response:
    """The error page has links. They are paths, which need an adapter but no host, and Flask
    has made none for this request."""
    request_ctx.url_adapter = current_app.url_map.bind("localhost")
    return http_error(error)
