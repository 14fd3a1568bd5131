"""Which language a reader gets, and where the catalogues are."""

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale
from flask_login import current_user

from config import LANGUAGES

babel = Babel()


def init_app(app: Flask) -> None:
    """Bind Flask-Babel; templates get ``locale`` for the page's ``lang``."""
    babel.init_app(app, locale_selector=select_locale)
    app.jinja_env.globals["locale"] = get_locale


def select_locale() -> str | None:
    """The reader's own setting, else what the browser asks for, else the default.

    The poll knows the setting from its one statement and leaves it in ``g``, so that no
    second one is spent on the user. A command asks for nobody.
    """
    if not has_request_context():
        return None
    chosen: str | None = g.get("locale") or getattr(current_user, "locale", None)
    return chosen or request.accept_languages.best_match(LANGUAGES)
