"""What leads away from the site in a name or a title: addresses and telephone numbers.

It is found by its form, so that some is missed and, rarely, something else is taken for it: the
sentences say what was found, and a blank in it is enough.
"""

import re
import unicodedata

from linkify_it import LinkifyIt

from marketplace.texts.rules import without_unseen

_linkify = LinkifyIt().tlds(
    ["app", "click", "club", "dev", "link", "live", "online", "site", "store", "top", "xyz"], True
)
_WWW = re.compile(r"\bwww\.\w\S*", re.IGNORECASE)
_TOLD_BY_ITSELF = ("com", "net", "org")
_COLON = re.compile(r"[:;|](?!//)")  # what stands before an address is not part of it
_HOST_END = re.compile(r"[/?#:]")

# In a title many numbers are none to be rung up: years and months, and what has a unit or is the
# number of a book or a part.
_OTHER_NUMBER = re.compile(
    r"(?<!\d)(?:\d{1,2}[./-])?\d{1,2}[./-](?:19|20)\d\d(?![./-]?\d)"
    r"|(?:\b(?:isbn(?:-1[03])?|ean|gtin|oem)\b[ .:#]*)[\d -]+",
    re.IGNORECASE,
)
_NOT_FOLLOWED_BY = (
    r"(?![ .,/()-]{0,2}\d|\s*(?:€|%|eur\b|chf\b|usd\b|[kmcd]?m\b|m²|[cm]?l\b|k?g\b|k?wh?\b|k?v\b"
    r"|m?ah\b|[gt][bo]\b|ps\b|ch\b|cv\b|[kmg]?hz\b|h\b))"
)
_TELEPHONE = re.compile(
    r"(?<![\w.,+-])(?:"
    r"(?:\+|00)[1-9](?:[ ./()-]{0,3}\d){7,13}"  # with the country
    r"|\(?0[1-9]\d*+\)?(?:[ ./-]{1,2}\d{2,})*+"  # within it: each digit belongs to one group only
    r"|(?:\(\d{3}\) ?\d{3}[ .-]?|\d{3}-\d{3}-|\d{3}\.\d{3}\.)\d{4}"  # in North America
    rf"){_NOT_FOLLOWED_BY}",
    re.IGNORECASE,
)
_DIGITS_LEAST = 9
_DIGITS_WITH_COUNTRY, _DIGITS_WITHIN = 17, 11  # at most; two are for the 00


def find_address(line: str) -> str | None:
    """The first address of a page or of mail, with or without what browsers add."""
    line = _plain(line)
    if found := _WWW.search(line):
        return found[0]
    matches = _linkify.match(_COLON.sub(" ", line)) or []
    return next((each.raw for each in matches if each.schema or _is_host(each.raw)), None)


def find_telephone(line: str) -> str | None:
    """The first telephone number."""
    line = _OTHER_NUMBER.sub("#", _plain(line))
    return next((each[0] for each in _TELEPHONE.finditer(line) if _is_telephone(each[0])), None)


def count_digits(line: str) -> int:
    """How many there are, in whatever writing, in circles and on keys, too."""
    return sum(each.isdecimal() for each in _plain(line))


def _plain(line: str) -> str:
    """With the full stops and the digits of other writing as those of ASCII."""
    plain = unicodedata.normalize("NFKC", without_unseen(line)).replace("\u20e3", "")
    return "".join(_digit(each) for each in plain.replace("\u3002", "."))


def _is_telephone(number: str) -> bool:
    has_country = number.startswith(("+", "00"))
    most = _DIGITS_WITH_COUNTRY if has_country else _DIGITS_WITHIN
    return _DIGITS_LEAST <= count_digits(number) <= most


def _digit(character: str) -> str:
    return str(unicodedata.digit(character)) if character.isdecimal() else character


def _is_host(address: str) -> bool:
    """Whether it is no end of a sentence without a blank ("incl.TV") and no initial ("O.De")."""
    host = _HOST_END.split(address, maxsplit=1)[0]
    ending = host.rpartition(".")[2]
    return ending.islower() or host.isupper() or ending.lower() in _TOLD_BY_ITSELF
