"""How texts are compared when somebody searches: whatever their case, accents and signs, by one
rule for every database.

Work grows with what is folded, and a character may unfold to eighteen; so what is searched *for*
is bounded before and after.
"""

import unicodedata

QUERY_MAX_LENGTH = 100  # characters as typed; nobody remembers more of a text
FOLDED_MAX_LENGTH = 200  # of what comes of them
WORDS_MAX = 10

_CONTROL = dict.fromkeys((*range(32), 127), " ")
_LIGATURES = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i"}
_APOSTROPHES = dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4\u0060\u2032\uff07", "'")
_SIGNS = str.maketrans(_LIGATURES | _APOSTROPHES)
# Marks that combine with a letter, and what is not seen at all.
_DROPPED = ("Mn", "Me", "Cf")


def fold(text: str) -> str:
    """Small letters without accents or control characters, one space between words."""
    if text.isascii():
        return " ".join(text.lower().translate(_CONTROL).replace("`", "'").split())
    # Twice: what is a letter in a circle before has a small form after.
    unfolded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(
        " " if kind == "Cc" else character
        for character in unfolded
        if (kind := unicodedata.category(character)) not in _DROPPED
    )
    return " ".join(letters.translate(_SIGNS).split())


def words(query: str) -> list[str]:
    """What to look for, each of which must occur: at most ten words; none for a blank query."""
    return fold(query[:QUERY_MAX_LENGTH])[:FOLDED_MAX_LENGTH].split()[:WORDS_MAX]
