"""Finding listings by words, whatever their case and accents, alike on every database."""

from sqlalchemy import ColumnElement

from marketplace.catalogue.models import Listing
from marketplace.folding import fold, words

# A few signs unfold to eighteen letters; the column must hold what comes of the longest text.
SEARCH_TEXT_MAX_LENGTH = 15_000


def search_text(title: str, description: str) -> str:
    """What is kept beside a listing for searching."""
    return fold(f"{title} {description}")[:SEARCH_TEXT_MAX_LENGTH]


def matches(query: str) -> list[ColumnElement[bool]]:
    """One condition for each word: every word must occur, as a word or inside one."""
    return [Listing.search_text.contains(word, autoescape=True) for word in words(query)]
