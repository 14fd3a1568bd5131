"""Which language a reader gets, and where the catalogues are."""

from babel import negotiate_locale
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, get_locale
from flask_login import current_user

from config import LANGUAGES
from marketplace.texts import rules

LANGUAGE_KEY = "language"

babel = Babel()


def init_app(app: Flask) -> None:
    """Bind Flask-Babel; templates get ``locale`` for the page's ``lang``, and ``isolated``."""
    babel.init_app(app, locale_selector=select_locale)
    app.jinja_env.globals["locale"] = get_locale
    app.jinja_env.filters["isolated"] = rules.isolated


def select_locale() -> str | None:
    """The profile's language, else this browser's choice on our pages, else what it asks for
    by itself; None for the default.

    The poll knows the profile's from its one statement and leaves it in ``g``, so that no
    second one is spent on the user. A command asks for nobody.
    """
    if not has_request_context():
        return None
    profiles: str | None = g.locale if "locale" in g else getattr(current_user, "locale", None)
    chosen: str | None = profiles or session.get(LANGUAGE_KEY)
    # Werkzeug's best_match would give English to "fr-CA, en;q=0.5".
    return chosen or negotiate_locale(list(request.accept_languages.values()), LANGUAGES, sep="-")
