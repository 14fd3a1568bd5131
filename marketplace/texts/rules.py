"""What every text that people write is: a line, such as a name or a title, or a longer one.

What is blank, what is not seen and what belongs to an emoji is told by ranges and not by the
running Python's Unicode, to which newer signs are unknown: only what is *known* to be blank is.
"""

import re
import unicodedata
from itertools import groupby, islice

import idna
from flask_babel import gettext as _

from marketplace.texts.errors import InvalidError

LINE_MAX_LENGTH = 2000  # characters looked at; several times the longest field
MARKS_MAX = 4  # on one letter: Hebrew and Burmese need four, who piles up more hides the next line

# Control characters, half a pair, all spaces and line breaks, Braille's blank and the fillers of
# Korean syllables, which are as wide as a letter and show nothing.
_BLANKS = (
    r"\s\x00-\x1f\x7f-\x9f\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ud800-\udfff"
    r"\u2800\u115f\u1160\u3164\uffa0"
)
# Format characters, but those that stand before a number and are seen; selectors; and what
# Unicode has set aside to be ignored.
_UNSEEN = (
    r"\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\ufe00-\ufe0f\ufeff\ufff0-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_EMOJI = (
    r"[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u27bf\u2900-\u2bff\u3030\u303d\u3297\u3299"
    r"\U0001f000-\U0001faff]"
)
# Of the unseen, what makes another picture of the signs around it: two joined, one in its other
# style, a digit on a key, and the flags of England, Scotland and Wales.
_OF_EMOJI = (
    rf"(?:(?<={_EMOJI})|(?<={_EMOJI}\ufe0f))\u200d(?={_EMOJI})"
    rf"|(?<={_EMOJI})[\ufe0e\ufe0f]|(?<=[#*0-9])\ufe0f(?=\u20e3)"
    r"|(?<=\U0001f3f4)\U000e0067\U000e0062"
    r"(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)"
    r"\U000e007f"
)
_JOINERS = "\u200c\u200d"

_unseen = re.compile(rf"({_OF_EMOJI})|[{_UNSEEN}]")
_all_unseen = re.compile(f"[{_UNSEEN}]")
_blanks = re.compile(rf"[{_BLANKS}]+")
_controls = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_right_to_left = re.compile(
    r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_something = re.compile(rf"[^{_BLANKS}{_UNSEEN}]")


def is_blank(text: str) -> bool:
    """Whether there is nothing to see in it. A sign that nobody knows is something."""
    return _something.search(text) is None


def is_storable(text: str) -> bool:
    """Whether it has no NUL and no half of a pair, which JSON can express and no database keep."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def read_line(text: str, field: str) -> str:
    """A name, a title: composed (NFC), on one line, one blank between words and none around.

    There is nothing in it that is not seen, but what writes a word or an emoji otherwise. So no
    two lines differ by characters that are not seen. A longer one than any field takes comes back
    as it is, to be refused.

    :raises InvalidError: for NUL, which is no mistake of a person.
    """
    _check_storable(text, field)
    if len(text) > LINE_MAX_LENGTH:
        return text
    line = _unseen.sub(_kept, text)
    line = " ".join(_blanks.sub(" ", line).split())
    return unicodedata.normalize("NFC", _with_few_marks(line))


def isolated(text: str) -> str:
    """What somebody else wrote, to stand within a sentence of ours that is plain text: where it is
    written from right to left, the sentence around it keeps its order. In HTML, <bdi> and
    dir="auto" do that.

    What is written as our pages are stays as it is, and can be compared and searched.
    """
    return f"\u2068{text}\u2069" if _right_to_left.search(text) else text


def without_unseen(line: str) -> str:
    """Also without what belongs to words and emoji: for who looks for something in it."""
    return _all_unseen.sub("", line)


def read_text(text: str) -> str:
    """A longer text, trimmed; its line breaks stay, other control characters become a blank."""
    return _controls.sub(" ", text).strip()


def read_typed(text: str, field: str) -> str:
    """The same of a text from a form, where a browser's CRLF counts as one.

    :raises InvalidError: for NUL.
    """
    _check_storable(text, field)
    return read_text(text.replace("\r\n", "\n").replace("\r", "\n"))


def _check_storable(text: str, field: str) -> None:
    if not is_storable(text):
        raise InvalidError(_("This text holds a character that cannot be stored."), field=field)


def _kept(unseen: re.Match[str]) -> str:
    if unseen[1] or (unseen[0] in _JOINERS and _is_of_word(unseen.string, unseen.start())):
        return unseen[0]
    return ""


def _is_of_word(text: str, position: int) -> bool:
    """Whether a joiner between two letters writes them otherwise, as in Persian and in Sinhala:
    by the rules of names of hosts (RFC 5892, A.1 and A.2)."""
    try:
        return text[position + 1 : position + 2].isalpha() and idna.valid_contextj(text, position)
    except (ValueError, idna.IDNAError):
        return False


def _with_few_marks(line: str) -> str:
    """Before it is composed, which costs the square of how many there are."""
    if line.isascii():
        return line
    runs = ((is_mark, run) for is_mark, run in groupby(line, _is_mark))
    return "".join("".join(islice(run, MARKS_MAX) if is_mark else run) for is_mark, run in runs)


def _is_mark(character: str) -> bool:
    """Whether it takes no place of its own."""
    return unicodedata.category(character) in ("Mn", "Me")
