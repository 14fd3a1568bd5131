"""The words of a listing, by which it is found."""

import re
from collections.abc import Iterator

from marketplace.catalogue.models import WORD_MAX_LENGTH
from marketplace.texts.folding import fold

WORDS_MAX = 400  # different ones of a listing; its title comes first
TEXT_MAX_LENGTH = 15_000  # folded; a few signs unfold to eighteen letters each
STEM_LENGTH = 3

# Scripts that are written without blanks: Thai, Lao, Burmese, Khmer, Chinese, Japanese. Each of
# their signs is a word, and so are emoji and other pictures.
_ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff\u2190-\u2bff\U0001f000-\U0001ffff"
)
_WORD = re.compile(rf"[{_ALONE}]|(?:(?![{_ALONE}])[^\W_])+")


def words_of(title: str, description: str) -> set[str]:
    """What is kept of these texts."""
    text = fold(f"{title} {description}")[:TEXT_MAX_LENGTH]
    words: set[str] = set()
    for word in words_in(text):
        words.add(word)
        if len(words) == WORDS_MAX:
            break
    return words


def words_in(folded: str) -> Iterator[str]:
    """The words of a folded text, one after the other."""
    return (match[0][:WORD_MAX_LENGTH] for match in _WORD.finditer(folded))
