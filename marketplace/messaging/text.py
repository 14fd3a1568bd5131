"""How what people wrote becomes HTML: escaped, with links one can follow.

What an address looks like is linkify-it's to know. Which addresses are linked, and where one ends
that stands in a sentence of any language, is said here.
"""

import re
import sys
from collections.abc import Iterator
from hashlib import blake2b
from itertools import islice

import idna
from linkify_it import LinkifyIt
from markupsafe import Markup, escape

from marketplace.storage.memo import Memo

_linkify = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False})
_LINK = Markup('<a href="{}"{} rel="noopener nofollow ugc" target="_blank">{}</a>')
_TITLE = Markup(' title="{}"')

# Letters of ASCII alone: to ignore case by Unicode's rules finds U+017F for an "s".
_START = re.compile(
    r"(?<![a-z0-9])https?://(?!https?://)|(?<![\w.:/@+-])www\.", re.ASCII | re.IGNORECASE
)
# What no address goes on after: a blank, a quote, an angle bracket; a character that is not seen or
# turns the direction of writing, which could make it look like another one (joiners belong to
# words); what ends sentences and brackets in writing that puts no blank after them; and the mark
# between two addresses.
_RUN = re.compile(
    r"(?:(?![,;|](?ai:https?://|www\.))"
    r"[^\s<>\"`\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f"
    r"\u3001-\u3003\u3008-\u3011\u3014-\u301f"
    r"\uff01\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\uff3b\uff3d\uff5b\uff5d\uff5f-\uff64])+"
)
_AUTHORITY_END = re.compile(r"[/?#]|\Z")
_AT = re.compile("[@\ufe6b\uff20]")
_PORT = re.compile(r":\d*\Z")
# Read backwards. What GitHub's Markdown leaves to the sentence (punctuation, marks of emphasis and
# of tables); what is not seen (joiners, fillers, selectors of a variant, Braille's blank); and all
# punctuation that is not ASCII.
_SENTENCE_END = re.compile(
    r"(?:[.,;:!?'*_~|"
    r"\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c\u200d\u2800\u3164\ufe00-\ufe0f\uffa0"
    rf"\U000e0100-\U000e01ef]|(?![!-~]){_linkify.re['src_P']})*"
)
# Browsers try https first with what is typed without a scheme, and hardly a site is without it.
_WWW, _ITS_SCHEME = "www.", "https://"
_HOST_MAX = 253  # characters; no longer name can be looked up

# Of one text: links, and characters that linkify-it gets to see. Of each address it sees all up to
# the next blank, so that a text full of beginnings without one would be looked at once for each.
LINKS_MAX = 100
LOOKED_AT_MAX = 10_000  # twice the longest message
RENDERED_BYTES = 2 * 1024 * 1024

_rendered: Memo[bytes, Markup] = Memo(RENDERED_BYTES)


def linkify(text: str) -> Markup:
    """Escape a text, with what begins with ``http://``, ``https://`` or ``www.`` as links.

    No other scheme becomes a link: ``javascript:`` stays what it is, a word. Nor does an address
    with user information: ``https://bank.example@evil.example`` leads to the second.

    The HTML hangs on nothing but the text. It is made once, and not once for each reader.
    """
    if "://" not in text and _WWW not in text.lower():
        return escape(text)
    key = blake2b(text.encode(errors="surrogatepass"), digest_size=32).digest()
    html = _rendered.find(key)
    if html is None:
        html = _render(text)
        _rendered.keep(key, html, sys.getsizeof(key) + sys.getsizeof(html))
    return html


def _render(text: str) -> Markup:
    parts: list[str] = []
    end = 0
    for begin, shown, to in islice(_addresses(text), LINKS_MAX):
        parts += escape(text[end:begin]), _link(shown, to)
        end = begin + len(shown)
    return Markup("").join([*parts, escape(text[end:])])


def _link(shown: str, to: str) -> Markup:
    """Letters of other alphabets imitate ours: the title then has the name that is looked up."""
    name = "" if to.endswith(shown) else _authority(to.partition("//")[2])
    return _LINK.format(to, name and _TITLE.format(name), shown)


def _addresses(text: str) -> Iterator[tuple[int, str, str]]:
    """Where each begins, how it stands there, and where it leads."""
    position = looked_at = 0
    while start := _START.search(text, position):
        begin, position = start.span()
        run = _RUN.match(text, begin)[0]  # type: ignore[index]  # it has a beginning at least
        looked_at += len(run)
        if looked_at > LOOKED_AT_MAX:
            return
        added = "" if start[0].endswith("/") else _ITS_SCHEME
        scheme, _, rest = (added + run).partition("//")
        if _AT.search(_authority(rest)):
            position = begin + len(run)  # nothing in it is what it looks like
            continue
        rest = rest[: _length(rest)]
        host = _PORT.sub("", _authority(rest))
        looked_up = _looked_up(host, dots_at_least=2 if added else 0)
        if looked_up:
            shown = f"{scheme}//{rest}"[len(added) :]
            yield begin, shown, f"{scheme}//{looked_up}{rest[len(host) :]}"
            position = begin + len(shown)


def _authority(rest: str) -> str:
    """Of what stands after the scheme and two slashes, what names the server."""
    return rest[: _AUTHORITY_END.search(rest).start()]  # type: ignore[union-attr]


def _length(rest: str) -> int:
    """How much of it is address and not the end of a sentence; 0 when it is none."""
    end: int = _linkify.test_schema_at("//" + rest, "http:", 0) - len("//")
    if end <= 0:
        return 0
    sentence_end = _SENTENCE_END.match(rest[end - 1 :: -1])
    return end - len(sentence_end[0])  # type: ignore[index]  # it matches nothing, too


def _looked_up(host: str, *, dots_at_least: int) -> str | None:
    """The name that is asked for: of one with letters beyond ASCII its ASCII form. None when
    there cannot be such a name, which some that imitate a path are (U+2044 is no slash)."""
    if not 0 < len(host) <= _HOST_MAX or host.count(".") < dots_at_least:
        return None
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return None
