"""How what people wrote becomes HTML: escaped, with links one can follow."""

import re

from markupsafe import Markup, escape

# An address begins with its scheme and ends at the first blank, quote, angle bracket or
# character that turns the direction of writing, which could make it look like another one.
_ADDRESS = re.compile(
    r"https?://[^\W_][^\s<>\"'`\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*", re.I
)
_SENTENCE_END = ".,;:!?)]}\u2026\u00bb\u201d\u2019"
_LINK = Markup('<a href="{0}" rel="noopener nofollow ugc" target="_blank">{0}</a>')


def linkify(text: str) -> Markup:
    """Escape a text, with what begins with ``http://`` or ``https://`` as links.

    No other scheme becomes a link: ``javascript:`` stays what it is, a word.
    """
    parts: list[str] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        address = _without_sentence_end(found[0])
        parts += escape(text[end : found.start()]), _LINK.format(address)
        end = found.start() + len(address)
    return Markup("").join([*parts, escape(text[end:])])


def _without_sentence_end(address: str) -> str:
    """Leave the sentence its full stop and its bracket, and the address a bracket it opened."""
    while address[-1] in _SENTENCE_END:
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address
