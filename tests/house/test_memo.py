"""What a process remembers is bounded, in bytes and in age."""

from itertools import count

import pytest
from flask import Flask

from marketplace.storage import memo
from marketplace.storage.database import db
from marketplace.storage.memo import ENTRY_BYTES, Memo


def test_it_finds_what_it_was_given_and_nothing_else():
    known: Memo[str, str] = Memo(10_000)
    known.keep("Sam", "sells", 10)

    assert (known.find("Sam"), known.find("Bea")) == ("sells", None)


def test_the_oldest_goes_when_it_is_full():
    known: Memo[int, str] = Memo(10 * (ENTRY_BYTES + 100))
    for number in range(1_000):
        known.keep(number, "x", 100)

    assert [number for number in range(1_000) if known.find(number)] == list(range(990, 1_000))
    assert known.bytes <= 10 * (ENTRY_BYTES + 100)


def test_the_same_again_takes_its_place():
    known: Memo[str, int] = Memo(10_000)
    for number in range(1_000):
        known.keep("Sam", number, 100)

    assert (len(known), known.find("Sam"), known.bytes) == (1, 999, ENTRY_BYTES + 100)


def test_what_is_larger_than_all_of_it_is_not_kept():
    known: Memo[str, str] = Memo(1_000)
    known.keep("Sam", "x", 2_000)

    assert (known.find("Sam"), len(known), known.bytes) == (None, 0, 0)


def test_what_is_old_is_not_found_and_leaves_with_the_next(monkeypatch: pytest.MonkeyPatch):
    seconds = count()
    monkeypatch.setattr(memo, "monotonic", lambda: next(seconds))
    known: Memo[str, str] = Memo(10_000, seconds=5)
    known.keep("Sam", "sells", 10)
    assert known.find("Sam") == "sells"
    for _ in range(5):
        known.find("nobody")

    assert known.find("Sam") is None
    known.keep("Bea", "buys", 10)
    assert len(known) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
def test_a_connection_keeps_few_pages_of_the_database(app: Flask):
    """Two megabytes each, SQLite's own measure, are 40 MB in a worker after some large searches."""
    with app.app_context():
        engines = [db.engine, app.extensions["reader"]]
        for engine in engines:
            with engine.connect() as connection:
                assert connection.exec_driver_sql("PRAGMA cache_size").scalar() == -256
