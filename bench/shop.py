"""A marketplace with very many listings, to be searched."""

import itertools
import random
from typing import Any

from sqlalchemy import Connection, insert, text

from bench.data import BATCH, HOARDER, person, words_of_all
from marketplace.accounts.models import User
from marketplace.catalogue.models import Listing, ListingWord
from marketplace.catalogue.words import WORDS_MAX

COMMON, OFTEN, RARE, NEVER = "works", "bicycle", "theodolite", "zeppelin"
THINGS = (OFTEN, "table", "lamp", "tent")
RARE_EVERY = 10_000
# As in life some words are frequent and most are not (the n-th is drawn once in n times), and
# several of one listing begin alike.
VOCABULARY = [f"{first}{second}n{third}" for first in "brstk" for second in "aeiou" for third in (
    "der", "net", "mon", "cle", "tra", "vane", "tom", "gis", "plot", "quen")]  # fmt: skip
BEGINNING = VOCABULARY[0][:3]
WEIGHTS = [1 / number for number in range(1, len(VOCABULARY) + 1)]
WORDS_EACH = 8
# What somebody puts up to be in the way: the oldest are full of words with a frequent beginning.
CROWDED = 2000
CROWD = [f"{BEGINNING}{number:03}" for number in range(WORDS_MAX)]


def fill(connection: Connection, listings: int) -> None:
    """So many of one seller, each with some ten words."""
    connection.execute(insert(User.__table__), [person(HOARDER)])
    drawn = random.Random(1)
    numbers = iter(range(1, listings + 1))
    while batch := list(itertools.islice(numbers, BATCH)):
        some = [_listing(number, drawn) for number in batch]
        connection.execute(insert(Listing.__table__), some)
        connection.execute(insert(ListingWord.__table__), list(words_of_all(some)))
    connection.commit()
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def _listing(number: int, drawn: random.Random) -> dict[str, Any]:
    words = drawn.choices(VOCABULARY, WEIGHTS, k=WORDS_EACH) if number > CROWDED else list(CROWD)
    if number % RARE_EVERY == 0:
        words.append(RARE)
    return {
        "id": number,
        "seller_id": HOARDER,
        "title": f"{THINGS[number % len(THINGS)].title()} {number}",
        "description": f"It {COMMON}: {' '.join(words)}.",
        "price_minor": 12_000,
        "currency": "EUR",
    }
