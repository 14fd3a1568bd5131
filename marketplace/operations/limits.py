"""How often one may try: counted for all workers together, by the ``limits`` package.

A limit is a courtesy to everybody else, so that counting never makes a request fail: while the
shared store is away, each process counts for itself. Which address has which limit stands in
``limited.py``; the poll meets none and pays for none.
"""

import hashlib
import math
import time
from ipaddress import IPv6Address, ip_network
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from limits import parse_many

from marketplace.operations.clients import client_ip
from marketplace.operations.counters import Counters, InFile, in_redis
from marketplace.texts.errors import TooManyError

MINUTE, HOUR = 60, 3600


class Limit:
    """So many times in so long, for each of whom it counts. The time begins with the first.

    ``who`` is whatever tells one from the other. The store gets to see a keyed hash of it.

    :param here: each process counts for itself, for what is done so often that a shared count
        would cost a part of it (35 µs instead of 95).
    """

    def __init__(self, name: str, rates: str, *, here: bool = False) -> None:
        self._name = name
        self._rates = parse_many(rates)
        self._here = here

    def spend(self, who: str) -> None:
        """Count one more.

        :raises TooManyError: when there were enough before.
        """
        self._demand("hit", who)

    def check(self, who: str) -> None:
        """Count nothing.

        :raises TooManyError: when one more would be too many.
        """
        self._demand("test", who)

    def give_back(self, who: str) -> None:
        """Take back what ``spend`` has counted."""
        for rate in self._rates:
            self._ask("hit", rate, *self._key(who), cost=-1)

    def forget(self, who: str) -> None:
        """Begin anew."""
        for rate in self._rates:
            self._ask("clear", rate, *self._key(who))

    def _demand(self, question: str, who: str) -> None:
        for rate in self._rates:
            if not self._ask(question, rate, *self._key(who)):
                ends_at = self._ask("get_window_stats", rate, *self._key(who)).reset_time
                raise too_many(max(1, math.ceil(ends_at - time.time())))

    def _ask(self, question: str, *arguments: Any, **options: Any) -> Any:
        """What the counters say; always yes when nothing is limited."""
        if not are_on():
            return True
        counters: Counters = current_app.extensions["limits"]
        ask = counters.ask_here if self._here else counters.ask
        return ask(question, *arguments, **options)

    def _key(self, who: str) -> tuple[str, str]:
        secret = hashlib.sha256(current_app.config["SECRET_KEY"].encode()).digest()
        text = who.encode(errors="backslashreplace")
        return self._name, hashlib.blake2b(text, digest_size=16, key=secret).hexdigest()


# Tries of a password that failed; see accounts/views/tries.py.
SIGN_INS = Limit("sign-ins", "10 per 15 minutes")
REGISTRATIONS = Limit("registrations", "10 per hour")
RESETS = Limit("resets", "10 per hour")
# Of each kind, to one address; see may_be_written_to.
LETTERS = Limit("letters", "3 per hour")
SENDING = Limit("sending", "20 per 10 seconds; 300 per 10 minutes")
# Of pictures, of messages and listings, each of which is decoded, whatever comes of it. An hour
# of emptying an attic is sixty listings with ten of them, or what they can have: eight.
UPLOADS = Limit("uploads", "60 per minute; 600 per hour")
REPORTS = Limit("reports", "10 per hour")
# A listing takes half a minute to write at least; sixty empty an attic.
LISTINGS = Limit("listings", "10 per minute; 60 per hour")
# Of a listing, each of which is a line in its conversations. Who comes home from a market and
# marks one after the other as sold needs some seconds for each.
CHANGES = Limit("changes", "30 per minute; 300 per hour")
PROFILES = Limit("profiles", "30 per minute; 200 per hour")
# Archive, mute, unread: two a second for a minute, which is to tidy up a whole inbox.
ARRANGING = Limit("arranging", "120 per minute; 1200 per hour")
# A group for a family, and one more for the next weekend; not the whole town.
INVITING = Limit("inviting", "60 per hour")
BLOCKS = Limit("blocks", "30 per minute; 200 per hour")
# The inbox looks for what was typed at each pause of a quarter of a second, and again when there
# is news: quick fingers come to half of this.
SEARCHES = Limit("searches", "240 per minute; 3000 per hour")
# Ten a second: a person reads one in some seconds, an open inbox asks for itself at news, and a
# company of a hundred people may share an address.
PAGES = Limit("pages", "600 per minute", here=True)
# Read marks and "writes …", which pages send by themselves: 3 a second at most.
MARKS = Limit("marks", "600 per minute", here=True)


def init_app(app: Flask) -> None:
    """Open the store: Redis where there is one, else a file that all workers share."""
    url = app.config["REDIS_URL"]
    shared = in_redis(url) if url else InFile(Path(app.instance_path) / "limits.db")
    app.extensions["limits"] = Counters(shared)


def are_on() -> bool:
    """Whether anything is limited at all."""
    return bool(current_app.config["RATELIMIT_ENABLED"])


def who_asks() -> str:
    """Whom a limit counts for: the person who is signed in, else the client's address."""
    if current_user.is_authenticated:
        return f"user {current_user.id}"
    return f"address {client_address()}"


def client_address() -> str:
    """Who asks, as far as the network tells. Of an IPv6 address the half that its owner was
    given: the other half they choose themselves."""
    address = client_ip()
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)


def too_many(seconds: int) -> TooManyError:
    """The refusal, with a sentence that says when to try again."""
    sentence = _("That was too often. Please try again in %(time)s.", time=_span(seconds))
    return TooManyError(sentence, retry_after=seconds)


def _span(seconds: int) -> str:
    """How long, as people say it."""
    if seconds < 2 * MINUTE:
        return str(ngettext("%(num)s second", "%(num)s seconds", seconds))
    if seconds < 2 * HOUR:
        minutes = math.ceil(seconds / MINUTE)
        return str(ngettext("%(num)s minute", "%(num)s minutes", minutes))
    hours = math.ceil(seconds / HOUR)
    return str(ngettext("%(num)s hour", "%(num)s hours", hours))
