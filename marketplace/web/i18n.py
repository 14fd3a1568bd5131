"""Which language a reader gets, and where the catalogues are."""

from datetime import date, datetime
from functools import cache, lru_cache

from babel import Locale, negotiate_locale
from babel.dates import format_date
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, get_locale
from flask_login import current_user
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from config import LANGUAGES
from marketplace.storage.database import iso
from marketplace.texts import rules

LANGUAGE_KEY = "language"
HEADERS_KEPT = 200  # of at most 8 kB each
DAYS_KEPT = 2_000  # in each of the ways they are written: years of a busy conversation

babel = Babel()


def init_app(app: Flask) -> None:
    """Bind Flask-Babel; templates get ``locale`` for the page's ``lang``, and ways to write texts
    and times."""
    babel.init_app(app, locale_selector=select_locale)
    app.jinja_env.globals["locale"] = get_locale
    app.jinja_env.filters.update(isolated=rules.isolated, iso=iso, day=day_label)


def select_locale() -> Locale | None:
    """The profile's language, else this browser's choice on our pages, else what it asks for
    by itself; None for the default.

    The poll knows the profile's from its one statement and leaves it in ``g``, so that no
    second one is spent on the user. A command asks for nobody.
    """
    if not has_request_context():
        return None
    profiles: str | None = g.locale if "locale" in g else getattr(current_user, "locale", None)
    chosen: str | None = profiles or session.get(LANGUAGE_KEY)
    chosen = chosen or _wanted(request.headers.get("Accept-Language", ""))
    return _parsed(chosen) if chosen else None


@lru_cache(HEADERS_KEPT)
def _wanted(accept_language: str) -> str | None:
    """Kept, as what follows: each poll that brings a message asks, and there are few to ask for."""
    wanted = parse_accept_header(accept_language, LanguageAccept)
    # Werkzeug's best_match would give English to "fr-CA, en;q=0.5".
    return negotiate_locale(list(wanted.values()), LANGUAGES, sep="-")


_parsed = cache(Locale.parse)


def day_label(moment: datetime, pattern: str) -> str:
    """A day in UTC as the reader's language writes it, by Babel's pattern."""
    return _written(moment.date(), pattern, str(get_locale()))


def moment_label(moment: datetime, locale: str) -> str:
    """Day and time in UTC, for who has no scripts: they write it in the reader's own zone."""
    return f"{_written(moment.date(), 'd MMM y', locale)}, {moment:%H:%M} UTC"


@lru_cache(DAYS_KEPT)
def _written(day: date, pattern: str, locale: str) -> str:
    """Kept, because a page has the same day fifty times and Babel takes longer than all of a
    message."""
    return format_date(day, pattern, locale)
