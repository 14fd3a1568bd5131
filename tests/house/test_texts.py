"""One rule for all lines that people write, and for what is blank."""

import unicodedata

import pytest

from marketplace.texts.errors import InvalidError
from marketplace.texts.rules import LINE_MAX_LENGTH, is_blank, read_line, read_text

TAGS = "".join(chr(0xE0000 + ord(letter)) for letter in "gbeng") + "\U000e007f"
BREAKS = ["\n", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"]
CONTROLS = ["\x01", "\x07", "\x1b", "\x7f", "\x9b"]
SPACES = [
    "  ",
    "\t",
    "\u00a0",
    "\u2003",
    "\u3000",
    "\u2800",
    "\u3164",
    "\uffa0",
    "\u115f",
    "\u1160",
]
UNSEEN = [
    *"\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2064\u2066\u2069",
    *"\ufe00\ufe0e\ufe0f\ufeff\ufff9\U0001d173\U000e0001\U000e0041\U000e0100\U000e0fff",
    TAGS,
]
WHOLE = [
    "Vélo hollandais « Gazelle »",
    "Nguyễn Thị Bích",
    "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",  # Persian: not joined
    "ශ්\u200dරී",  # Sinhala: one sign of two
    "क्\u200dष",
    "שָׁלוֹם",
    "မြွေ",
    "👩\u200d💻",
    "👩🏽\u200d🚀",
    "🏳\ufe0f\u200d🌈",
    "❤\ufe0f",
    "❤\ufe0f\u200d🔥",
    "1\ufe0f\u20e3",
    "🇫🇷",
    f"🏴{TAGS}",
    "\U0001fa77\u200d\U0001fae9",  # newer than the oldest Python's Unicode
    "\ue000",
    "\u0600\u0661",  # a format character that is seen
]


@pytest.mark.parametrize("line", WHOLE)
def test_what_belongs_into_a_line_stays(line: str) -> None:
    line = unicodedata.normalize("NFC", line)
    assert read_line(line, "name") == line


@pytest.mark.parametrize("character", BREAKS + CONTROLS + SPACES, ids=ascii)
def test_what_is_blank_becomes_one_blank(character: str) -> None:
    """Nothing in its place would make one word of two."""
    assert read_line(f"{character}Ada{character}{character}Bee{character}", "name") == "Ada Bee"


@pytest.mark.parametrize("character", UNSEEN, ids=ascii)
def test_another_name_with_what_is_not_seen_is_that_name(character: str) -> None:
    for line in (f"{character}Ada", f"A{character}da", f"Ada{character}", f"Ada{character * 70}"):
        assert read_line(line, "name") == "Ada"


@pytest.mark.parametrize(
    "line", ["👩\u200b\u200d💻", "👩\u200d\u200d💻", "❤\ufe0f\ufe0fx", "🏴\U000e0067"]
)
def test_joiners_and_selectors_stay_in_their_places_only(line: str) -> None:
    kept = read_line(line, "name")
    assert "\u200d" not in kept
    assert kept.count("\ufe0f") <= 1
    assert "\U000e0067" not in kept


@pytest.mark.parametrize(
    "mark", ["\u0301", "\u0489", "\u20dd", "\u0e49", "\u094d\u200d"], ids=ascii
)
def test_marks_are_bounded(mark: str) -> None:
    kept = read_line("A" + mark * 70 + "da", "name")
    assert sum(unicodedata.category(each) in ("Mn", "Me") for each in kept) <= 4
    assert kept.endswith("da")


def test_letters_are_composed() -> None:
    assert read_line("Ele\u0301onore", "name") == "Eléonore"


@pytest.mark.parametrize("line", [*WHOLE, *(f"A{each}\u0301{each}b" for each in UNSEEN + SPACES)])
def test_a_line_that_was_read_is_read_as_it_is(line: str) -> None:
    once = read_line(line, "name")
    assert read_line(once, "name") == once


def test_a_line_that_no_field_takes_costs_nothing() -> None:
    long = "A" + "\u0301" * LINE_MAX_LENGTH
    assert read_line(long, "name") is long


def test_nul_is_refused_beside_the_field() -> None:
    with pytest.raises(InvalidError) as refused:
        read_line("A\0", "title")
    assert refused.value.field == "title"


@pytest.mark.parametrize("text", ["", *BREAKS, *CONTROLS, *SPACES, *UNSEEN], ids=ascii)
def test_this_is_known_to_be_blank(text: str) -> None:
    assert is_blank(text)
    assert is_blank(f" {text}\n{text}\u2800")


@pytest.mark.parametrize(
    "text", [*WHOLE, ".", "\u0301", "\uffff", "\U0001fa77", "\U000f0000", "\U0003ffff"]
)
def test_this_is_not_blank_whoever_knows_it(text: str) -> None:
    assert not is_blank(text)
    assert not is_blank(f"\n\u200b {text}")


def test_longer_texts_keep_their_lines() -> None:
    assert read_text(" one\n\ntwo\x1b\x85three\tfour \n") == "one\n\ntwo  three\tfour"
