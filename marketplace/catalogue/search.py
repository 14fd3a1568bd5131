"""Finding listings by words, whatever their case and accents, alike on every database.

A word finds what begins with it; of one or two letters, the word itself. Which way the index is
read hangs on how often a word occurs: a rare one brings all that has it, and that is sorted. Of
common ones the newest listings are gone through until a page is full.
"""

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, literal, select
from sqlalchemy.orm import aliased

from marketplace.catalogue.models import Listing, ListingWord, Status
from marketplace.catalogue.words import STEM_LENGTH, words_in, words_of
from marketplace.storage.database import db
from marketplace.texts import folding

RARE = 1000  # entries of a word in the index; so many are sorted in a millisecond
_LAST = "\U0010ffff"


def index(listing: Listing) -> None:
    """Have it be found by what it says now; one that is taken down by nothing.

    Only in a unit of work, of a listing that is stored.
    """
    has_words = listing.status is not Status.WITHDRAWN
    wanted = words_of(listing.title, listing.description) if has_words else set()
    mine = ListingWord.listing_id == listing.id
    there = set(db.session.scalars(select(ListingWord.word).where(mine)))
    if gone := there - wanted:
        db.session.execute(
            delete(ListingWord).where(mine, ListingWord.word.in_(gone)),
            execution_options={"synchronize_session": False},
        )
    if new := wanted - there:
        db.session.execute(insert(ListingWord), rows(listing.id, new))


def rows(listing_id: int, words: set[str]) -> list[dict[str, object]]:
    """A listing's entries in the index."""
    return [
        {"stem": word[:STEM_LENGTH], "listing_id": listing_id, "word": word}
        for word in sorted(words)
    ]


def everything() -> Select[int]:
    """The ids of what everybody sees, newest first."""
    return (
        select(Listing.id)
        .where(Listing.status != Status.WITHDRAWN)
        .order_by(Listing.id.desc())
        # Or MariaDB sorts all of them, by the index of states.
        .with_hint(Listing, "FORCE INDEX (PRIMARY)", "mysql")
    )


def found(query: str) -> Select[int]:
    """The ids of what everybody sees and every word finds, newest first; of all for no words.

    Nothing but signs that nobody searches by finds nothing.
    """
    typed = folding.words(query)
    if not typed:
        return everything()
    words = list(dict.fromkeys(words_in(" ".join(typed))))[: folding.WORDS_MAX]
    if not words:
        return select(Listing.id).where(Listing.id < 0)
    counts = _counts(words)
    first, *others = sorted(words, key=lambda word: counts[word])
    is_first = _begins_with(first) if counts[first] < RARE else _is_among(ListingWord, first)
    return (
        select(ListingWord.listing_id)
        .where(is_first, *(_also_has(word) for word in others))
        .distinct()
        .order_by(ListingWord.listing_id.desc())
    )


def _counts(words: list[str]) -> dict[str, int]:
    """How often each occurs, counted up to what is no longer rare."""
    counted = [
        select(func.count()).select_from(
            select(ListingWord.listing_id).where(_begins_with(word)).limit(RARE).subquery()
        )
        for word in words
    ]
    row = db.session.execute(select(*(each.scalar_subquery() for each in counted))).one()
    return dict(zip(words, row, strict=True))


def _begins_with(word: str) -> ColumnElement[bool]:
    """As a range of the index by words."""
    if len(word) < STEM_LENGTH:
        return ListingWord.word == word
    return and_(ListingWord.word >= word, ListingWord.word < word + _LAST)


def _is_among(entry: type[ListingWord], word: str) -> ColumnElement[bool]:
    """The same by the index of stems, in the order of listings. How the word begins is asked even
    where its stem says so: with that, no database takes another index and sorts what is there."""
    return and_(entry.stem == word[:STEM_LENGTH], func.substr(entry.word, 1, len(word)) == word)


def _also_has(word: str) -> ColumnElement[bool]:
    """Looked up for one listing after the other: of an EXISTS, MariaDB makes a join that begins
    with all that have the word."""
    entry = aliased(ListingWord)
    is_there = entry.listing_id == ListingWord.listing_id, _is_among(entry, word)
    return select(literal(1)).where(*is_there).limit(1).scalar_subquery() == 1
