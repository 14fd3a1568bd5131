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
_KEPT_MAX = 10_000  # characters, of which a language has a few thousand at most


def fold(text: str) -> str:
    """Small letters without accents or control characters, one space between words."""
    if text.isascii():
        return " ".join(text.lower().translate(_CONTROL).replace("`", "'").split())
    return " ".join(text.translate(_each).split())


class _Each(dict[int, str]):
    """What becomes of each character, found out when it is met for the first time.

    One by one, because a text as a whole is put into an order of marks first, which takes the
    square of their number; and marks are dropped anyway.
    """

    def __missing__(self, code: int) -> str:
        # Twice: what is a letter in a circle before has a small form after.
        unfolded = unicodedata.normalize("NFKD", chr(code))
        unfolded = unicodedata.normalize("NFKD", unfolded.casefold())
        letters = "".join(
            " " if kind == "Cc" else character
            for character in unfolded
            if (kind := unicodedata.category(character)) not in _DROPPED
        )
        folded = letters.translate(_SIGNS)
        if len(self) < _KEPT_MAX:
            self[code] = folded
        return folded


_each = _Each()


def words(query: str) -> list[str]:
    """What to look for, each of which must occur: at most ten words; none for a blank query."""
    return fold(query[:QUERY_MAX_LENGTH])[:FOLDED_MAX_LENGTH].split()[:WORDS_MAX]
