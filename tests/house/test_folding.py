"""One rule by which texts are alike when somebody searches."""

import pytest

from marketplace.texts.folding import FOLDED_MAX_LENGTH, WORDS_MAX, fold, words

ALIKE = [
    ("ÉTAGÈRE", "étagère", "etagere", "e\u0301tage\u0300re", "É\u200bTAGÈRE"),
    ("Straße", "STRASSE", "strasse", "STRA\u1e9eE"),
    ("l'eau", "l\u2019eau", "L\u2018EAU", "l\u02bceau", "l`eau"),
    ("Œuvre", "oeuvre"),
    ("Łódź", "lodz"),
    ("\uff36\uff25\uff2c\uff2f", "Vélo", "\U0001d415\U0001d404\U0001d40b\U0001d40e"),
    ("Ⅻ", "xii"),
]


@pytest.mark.parametrize("texts", ALIKE, ids=lambda texts: texts[-1])
def test_these_are_one_word(texts: tuple[str, ...]) -> None:
    assert len({fold(text) for text in texts}) == 1


def test_folding_leaves_one_space_between_words() -> None:
    assert fold("  Ça\u00a0va\n\tBIEN\0?  ") == "ca va bien ?"
    assert fold("  Ca va\n\tBIEN\0?  ") == "ca va bien ?"


def test_folding_what_is_folded_changes_nothing() -> None:
    for text in (each for texts in ALIKE for each in texts):
        assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("sign", ["\u2057", "\ufdfa", "a ", "\u0301"])
def test_what_is_searched_for_is_bounded_however_it_unfolds(sign: str) -> None:
    """Mechanism: ``FOLDED_MAX_LENGTH`` and ``WORDS_MAX``; U+2057 is four signs, U+FDFA eighteen."""
    found = words(sign * 10_000)
    assert len(found) <= WORDS_MAX
    assert sum(map(len, found)) <= FOLDED_MAX_LENGTH


@pytest.mark.timeout(10)
def test_marks_are_dropped_and_not_put_in_order_first():
    """Mechanism: characters are folded one by one. To put the marks of all these texts in order
    takes a quarter of a minute."""
    marks = "".join(mark * 999 for mark in "\u0301\u0323\u031b\u05b0\u0316")
    for number in range(1000):
        assert fold(f"a{number}{marks}") == f"a{number}"
