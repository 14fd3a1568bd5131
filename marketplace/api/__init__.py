"""The JSON API: the same verbs as the pages, for programs."""

from flask import Flask

from marketplace.api import attachments, conversations, groups, moderation, people, reports, unread
from marketplace.api.rest import rest


def init_app(app: Flask) -> None:
    """Register the resources, and their description at ``/api/v1/openapi.json``."""
    app.config.from_mapping(
        API_TITLE="Marketplace messaging",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
    )
    rest.init_app(app)
    for module in (attachments, conversations, groups, moderation, people, reports, unread):
        rest.register_blueprint(module.blueprint)
