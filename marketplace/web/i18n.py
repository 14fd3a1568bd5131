"""Which language a reader gets, and where the catalogues are."""

from datetime import date, datetime
from functools import lru_cache

from babel import negotiate_locale
from babel.dates import format_date
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, get_locale
from flask_login import current_user

from config import LANGUAGES
from marketplace.storage.database import iso
from marketplace.texts import rules

LANGUAGE_KEY = "language"
DAYS_KEPT = 2_000  # in each of the ways they are written: years of a busy conversation

babel = Babel()


def init_app(app: Flask) -> None:
    """Bind Flask-Babel; templates get ``locale`` for the page's ``lang``, and ways to write texts
    and times."""
    babel.init_app(app, locale_selector=select_locale)
    app.jinja_env.globals["locale"] = get_locale
    app.jinja_env.filters.update(isolated=rules.isolated, iso=iso, day=day_label, moment=moment)


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


def day_label(moment: datetime, pattern: str) -> str:
    """A day in UTC as the reader's language writes it, by Babel's pattern."""
    return _written(moment.date(), pattern, str(get_locale()))


def moment(moment: datetime) -> str:
    """Day and time in UTC, for who has no scripts: they write it in the reader's own zone."""
    return f"{day_label(moment, 'd MMM y')}, {moment:%H:%M} UTC"


@lru_cache(DAYS_KEPT)
def _written(day: date, pattern: str, locale: str) -> str:
    """Kept, because a page has the same day fifty times and Babel takes longer than all of a
    message."""
    return format_date(day, pattern, locale)
