"""What it takes to open a page, in F: in one process, by many people in turn.

No two requests that follow each other show the same, so that nothing that is kept of a page makes
the next one cheap. What all pages share is kept, as on a site that is in use.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import String, cast, literal, update

from bench import data
from bench.checks import brings_exactly, brings_messages, has_status, shows_rows
from bench.lab import Lab
from bench.load import Check
from bench.report import Goal, Report
from bench.rounds import Candidate, measure
from bench.site import Site
from bench.visits import page
from marketplace.catalogue import listings
from marketplace.messaging import inbox, messages
from marketplace.messaging.models import Message
from marketplace.storage.database import db

NAME = "opening"
EACH = 3 * messages.PAGE_SIZE
LISTINGS_EACH = 4
FULL_MARKETPLACES = inbox.PAGE_SIZE * LISTINGS_EACH // listings.PAGE_SIZE
BEFORE = range(EACH, messages.PAGE_SIZE, -7)  # places with a whole page of history before them


@dataclass(frozen=True)
class Opened:
    """A kind of page. ``path`` is from a conversation and the request's number."""

    name: str
    path: Callable[[data.Pair, int], str]
    check: Check
    at_most: float  # in F


POLL = Opened(
    "poll with one message",
    lambda pair, _: f"/messages/{pair.id}/poll?after={EACH - 1}",
    brings_exactly(EACH),
    at_most=1.5,
)
OPENED = (
    Opened(
        f"marketplace, {listings.PAGE_SIZE} listings",
        lambda _, number: f"/marketplace?page={number % FULL_MARKETPLACES + 1}",
        shows_rows(listings.PAGE_SIZE, b"<article "),
        at_most=10,
    ),
    Opened(
        "one listing",
        lambda pair, _: f"/marketplace/{pair.listing}",
        shows_rows(1, b'class="listing-page"'),
        at_most=6,
    ),
    Opened(
        f"inbox, {inbox.PAGE_SIZE} rows",
        lambda _pair, _number: "/messages",
        shows_rows(inbox.PAGE_SIZE, b"data-conversation="),
        at_most=11,
    ),
    Opened(
        f"conversation, {messages.PAGE_SIZE} messages",
        lambda pair, _: f"/messages/{pair.id}",
        shows_rows(messages.PAGE_SIZE, b"data-seq="),
        at_most=15,
    ),
    Opened(
        f"history, {messages.PAGE_SIZE} messages",
        lambda pair, number: f"/messages/{pair.id}/history?before={BEFORE[number % len(BEFORE)]}",
        brings_messages(messages.PAGE_SIZE),
        at_most=8,
    ),
    POLL,
)


def run(lab: Lab, report: Report) -> None:
    """As many people and conversations as fill each page."""
    pairs = data.of_two_groups(inbox.PAGE_SIZE, LISTINGS_EACH)
    site = lab.site(NAME, pairs, EACH)
    site.change(tell_apart)
    pages = lab.start(site.serve())
    polls = lab.start(site.serve())  # its own: one that is full of pages refuses polls
    candidates = [
        Candidate("F", lab.controls["F"], _in_turn(site, POLL), has_status(200)),
        *(
            Candidate(
                each.name,
                polls if each is POLL else pages,
                _in_turn(site, each),
                each.check,
                lab.databases.pids,
            )
            for each in OPENED
        ),
    ]
    costs = measure(candidates, lab.amount.requests // 8, lab.amount.rounds)
    report.add_costs(NAME, lab.name, costs)
    for each in OPENED:
        goal = Goal(at_most=each.at_most)
        report.add_ratio(NAME, lab.name, costs, (each.name, "F"), goal=goal)


def _in_turn(site: Site, opened: Opened) -> Callable[[], Iterator[bytes]]:
    """Each conversation's buyer, who is another one each time; and from the first on again."""
    pairs = enumerate(itertools.cycle(site.pairs))
    return lambda: (page(opened.path(pair, n), site.visitor(pair.buyer)) for n, pair in pairs)


def tell_apart() -> None:
    """No two messages have one text: a text that is read again and again is rendered once."""
    place = cast(Message.conversation_id, String) + literal(", ") + cast(Message.seq, String)
    db.session.execute(update(Message).values(body=literal(f"{data.BODY} ") + place))
