"""Names by which somebody would be taken for another: for those who run the site."""

import re
import unicodedata
from functools import lru_cache
from itertools import groupby

import disarm
from flask import current_app
from flask_babel import gettext as _

from marketplace.texts import contacts
from marketplace.texts.errors import InvalidError
from marketplace.texts.rules import isolated

DIGITS_MAX = 6  # no telephone number has fewer than seven

RESERVED = (
    "admin",
    "administrator",
    "administration",
    "administrateur",
    "administratrice",
    "moderator",
    "moderation",
    "modérateur",
    "modératrice",
    "staff",
    "team",
    "équipe",
    "support",
    "help",
    "helpdesk",
    "assistance",
    "official",
    "officiel",
    "officielle",
    "verified",
    "vérifié",
    "vérifiée",
    "certified",
    "certifié",
    "certifiée",
    "system",
    "système",
    "security",
    "sécurité",
    "webmaster",
    "postmaster",
    "customer service",
    "customer care",
    "service client",
    "services client",
    "service clientèle",
    "kundenservice",
    "kundendienst",
    "deleted user",
)
OF_GROUPS = frozenset({"team", "équipe", "help", "system", "système", "assistance"})
# Ticks, and what stands for something registered or for a watch.
_SIGNS = re.compile("[✓✔☑✅⍻√🗸🗹🮱®©™℠🛡👮🎖]")
_SEPARATORS = re.compile(r"[\W_]+")
# Where a word begins that no blank stands before: HelpCenter, Support24h.
_BEGINNING = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|(?<=[a-z])(?=[A-Z])")
# What stands for a letter among letters; of 0 and 1 the skeleton knows.
_STAND_INS = str.maketrans("@$!345", "asieas")
_PICTURED = re.compile(r"\bLETTER ([A-Z])$")


def check(name: str, *, is_staff: bool) -> None:
    """Refuse what deceives or leads away in a name; reserved words are for staff.

    :raises InvalidError: with a sentence that says what it is.
    """
    if sign := _SIGNS.search(name):
        _refuse(_("Please leave out “%(sign)s”: it looks like a badge.", sign=sign[0]))
    if address := contacts.find_address(name):
        address = isolated(address)
        _refuse(_("A name has no web or mail address in it: “%(address)s”.", address=address))
    if contacts.count_digits(name) > DIGITS_MAX:
        _refuse(_("A name has at most %(limit)s digits.", limit=DIGITS_MAX))
    if not is_staff and is_reserved(name):
        _refuse(_("This name is kept for those who run this site. Please choose another one."))


def check_title(title: str, *, is_staff: bool, field: str) -> None:
    """The same of what a group is called, which people read who are asked into it: what a team or a
    club may well be called is free.

    :raises InvalidError: with a sentence that says what it is.
    """
    if sign := _SIGNS.search(title):
        _refuse(_("Please leave out “%(sign)s”: it looks like a badge.", sign=sign[0]), field)
    found = contacts.find_address(title) or contacts.find_telephone(title)
    if found:
        _refuse(_("Please leave out “%(found)s” here.", found=isolated(found)), field)
    if not is_staff and is_reserved(title, besides=OF_GROUPS):
        _refuse(
            _("This name is kept for those who run this site. Please choose another one."), field
        )


def is_reserved(name: str, besides: frozenset[str] = frozenset()) -> bool:
    """Whether it has a word that is kept for staff, or the site's name, as a whole word or as all
    of it with blanks and dots in between, in whatever letters it is written.

    Letters that look alike are the same by the skeleton of UTS 39; so are, for us, a small l and
    all that is an i, and "rn" and "m".

    :param besides: words that are not kept where this is asked.
    """
    name = "".join(map(_unpictured, name))
    reserved = _reserved(current_app.config["SITE_NAME"], besides)
    readings = name, name.translate(_STAND_INS), _BEGINNING.sub(" ", name)
    return any(_is_one_of(reserved, _words(reading)) for reading in readings)


def _is_one_of(reserved: re.Pattern[str], words: list[str]) -> bool:
    return any(map(reserved.search, (" ".join(_joined(words)), "".join(words))))


def _unpictured(character: str) -> str:
    """The letter of a sign that shows one: in a square, in a circle, or of a flag."""
    if unicodedata.category(character) != "So":
        return character
    found = _PICTURED.search(unicodedata.name(character, ""))
    return found[1] if found else character


@lru_cache(maxsize=8)
def _reserved(site_name: str, besides: frozenset[str]) -> re.Pattern[str]:
    """One or more of them, in the plural or without a blank, too: Admins, SupportTeam."""
    words = (*(word for word in RESERVED if word not in besides), site_name)
    skeletons = (" ?".join(map(re.escape, _words(text))) for text in words)
    return re.compile(rf"(?<!\S)(?:(?:{'|'.join(filter(None, skeletons))})s?)+(?!\S)")


def _words(text: str) -> list[str]:
    """Its words as skeletons, without digits around them."""
    letters = "".join(
        each for each in unicodedata.normalize("NFKD", text) if unicodedata.category(each)[0] != "M"
    )
    stripped = (word.strip("0123456789") for word in _SEPARATORS.split(letters))
    return [_skeleton(word) for word in stripped if word]


def _skeleton(word: str) -> str:
    skeleton: str = disarm.skeleton_key(word, digit_policy="tr39")
    return skeleton.replace("i", "l").replace("rn", "m")


def _joined(words: list[str]) -> list[str]:
    """With letters that stand alone made one word: S u p p o r t."""
    runs = groupby(words, lambda word: len(word) == 1)
    return [each for alone, run in runs for each in (["".join(run)] if alone else run)]


def _refuse(message: str, field: str = "name") -> None:
    raise InvalidError(message, field=field)
