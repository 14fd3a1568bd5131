"""A marketplace whose messages do not get lost. ``create_app`` puts the parts together."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from flask import Flask

from config import ROOT, Settings
from marketplace import api, cli, demo, moderation
from marketplace.accounts import guard, people, security
from marketplace.accounts.views import blueprint as accounts
from marketplace.accounts.views import signing_in
from marketplace.catalogue.views import blueprint as catalogue
from marketplace.messaging import views as messaging
from marketplace.messaging.views import short_way
from marketplace.operations import health, limited, limits, logs, metrics, overload
from marketplace.storage import backup, database, waiting_room
from marketplace.web import (
    assets,
    bodies,
    errors,
    extensions,
    headers,
    hosts,
    i18n,
    sessions,
    templates,
    urls,
)
from marketplace.work import jobs, mail


class Feature(Protocol):
    """A module that adds itself."""

    def init_app(self, app: Flask) -> None:
        """Register views, commands, and what it has for the registries of those below."""


# What stands above messaging. Each adds itself, and nothing below knows of it: to take one out is
# to take out its name here. (The API is none of them: the pages' own scripts speak it.)
FEATURES: Sequence[Feature] = (moderation, demo)


class Application(templates.SpeakingFlask):
    """Flask, told that no view or hook here is a coroutine: it asks eight times a request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is."""
        return func


def create_app(
    settings: Settings | None = None,
    overrides: Mapping[str, Any] | None = None,
    features: Sequence[Feature] = FEATURES,
) -> Flask:
    """Build the application from settings, by default those of the environment.

    :param overrides: Flask settings that tests change (a cheap password hash).
    :param features: what is added above messaging, in this order.
    :raises config.ConfigError: for a setting that cannot be used.
    """
    settings = settings or Settings.from_environment()
    app = Application(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(assets.FOLDER),
        static_url_path=assets.url_path(),
        instance_path=str(settings.instance_path),
    )
    app.config.from_mapping(settings.flask())
    app.config.from_mapping(overrides or {})

    # What stands in front of Flask; each goes before the one above it.
    app.session_interface = sessions.Sessions(app.config["SESSION_COOKIE_NAME"])
    short_way.init_app(app, app.session_interface)
    headers.init_app(app)
    logs.init_app(app)

    urls.init_app(app)
    database.init_app(app)
    guard.init_app(app, signing_in.sign_in)
    bodies.init_app(app)
    extensions.init_app(app)
    assets.init_app(app)
    i18n.init_app(app)
    security.init_app(app)
    jobs.init_app(app)
    mail.init_app(app)
    limits.init_app(app)
    limited.init_app(app)
    waiting_room.init_app(app)
    cli.init_app(app)
    backup.init_app(app)
    app.register_blueprint(accounts)
    app.register_blueprint(catalogue)
    messaging.init_app(app)
    api.init_app(app)
    for feature in features:
        feature.init_app(app)
    errors.init_app(app)
    health.init_app(app)
    metrics.init_app(app, people.count_active)
    hosts.init_app(app)
    overload.init_app(app)
    return app
