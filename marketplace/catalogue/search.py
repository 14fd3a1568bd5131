"""Finding listings by words, whatever their case and accents, alike on every database."""

import unicodedata

from sqlalchemy import ColumnElement

from marketplace.catalogue.models import Listing

QUERY_MAX_LENGTH = 100
# A few signs unfold to eighteen letters; the column must hold what comes of the longest text.
SEARCH_TEXT_MAX_LENGTH = 15_000

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d"})


def search_text(title: str, description: str) -> str:
    """What is kept beside a listing for searching."""
    return fold(f"{title} {description}")[:SEARCH_TEXT_MAX_LENGTH]


def matches(query: str) -> list[ColumnElement[bool]]:
    """One condition for each word: every word must occur, as a word or inside one."""
    words = fold(query[:QUERY_MAX_LENGTH]).split()
    return [Listing.search_text.contains(word, autoescape=True) for word in words]


def fold(text: str) -> str:
    """Small letters without accents or control characters, one space between words."""
    unfolded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(
        " " if unicodedata.category(character) == "Cc" else character
        for character in unfolded
        if not unicodedata.combining(character)
    )
    return " ".join(letters.translate(_LIGATURES).split())
