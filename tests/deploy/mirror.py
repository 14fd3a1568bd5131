"""The site with one page more: what it believes about a request."""

from flask import Flask, jsonify, request

from marketplace.operations import logs
from wsgi import app as site


def show() -> object:
    """Where the request seems to come from."""
    return jsonify(
        scheme=request.scheme,
        host=request.host,
        address=request.remote_addr,
        request_id=logs.request_id(),
    )


def _with_mirror(app: Flask) -> Flask:
    app.add_url_rule("/mirror", view_func=show)
    return app


app = _with_mirror(site)
