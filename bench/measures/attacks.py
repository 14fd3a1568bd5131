"""Somebody would stop the site with few requests, through nginx; what the others notice of it.

Limits are on, as deployed. What is sent is listed in ``bench/attacks.py``.
"""

import time
from collections.abc import Iterator

from sqlalchemy import update

from bench import data, hostile
from bench.attacks import Attack, attacks
from bench.besieged import Siege, besiege
from bench.checks import has_status
from bench.lab import Lab
from bench.measures.memory import (
    WORKERS,
    every_page,
    give_everybody_a_password,
    is_page,
    memory,
)
from bench.report import Goal, Report
from bench.site import Site
from bench.visits import upload, use
from marketplace.accounts.models import User
from marketplace.catalogue import listings
from marketplace.catalogue.details import Details
from marketplace.messaging.models import BODY_MAX_LENGTH, Message
from marketplace.storage.database import db
from tests.nginx import Nginx

NAME = "attacks"
PAGES = 20
SITE = data.Size(PAGES + 6, 300 * (PAGES + 6))
ATTACK_SECONDS_MAX = 10
BETWEEN_SECONDS = 1  # until what was under way is over
LATER_SECONDS = 60
LISTINGS = 150
LIMITED = {"RATELIMIT_ENABLED": "true", "TRUSTED_PROXIES": "1"}


def run(lab: Lab, report: Report) -> None:
    """One attack after the other, on one site."""
    site = lab.site("attacks", data.of_pairs(SITE.conversations), SITE.each)
    site.change(give_everybody_a_password)
    site.change(lambda: _store_hostile_texts(site))
    seconds = min(lab.amount.seconds, ATTACK_SECONDS_MAX)
    with site.serve(workers=WORKERS, **LIMITED) as server, Nginx(server.port) as nginx:
        use(server, every_page(site), is_page)
        use(server, _photos(site), has_status(201))
        polls = [site.idle_poll(server, pair.id) for pair in site.pairs[:PAGES]]
        memories = []
        for attack in attacks(site):
            siege = besiege(nginx.port, attack, polls, seconds)
            memories.append(memory(server))
            _report(lab, report, attack, siege, memories[-1])
            time.sleep(BETWEEN_SECONDS)
        time.sleep(LATER_SECONDS)
        after = memory(server)
    before = memories[0]  # nobody has attacked yet, and pages poll
    report.add(NAME, lab.name, "memory before all of them", "MB", [before])
    what = "memory a minute after them / before"
    report.add(NAME, lab.name, what, "x", [after / before], goal=Goal(at_most=1.2))


def _photos(site: Site) -> Iterator[bytes]:
    """One of each buyer, who attacks nothing: each worker has seen some before."""
    photo = hostile.photo()
    for pair in site.pairs:
        yield upload("/api/v1/attachments", site.visitor(pair.buyer), "file", photo)


def _report(lab: Lab, report: Report, attack: Attack, siege: Siege, right_after: float) -> None:
    polls, health = siege.polls.percentile(99) * 1000, siege.health.percentile(99) * 1000
    report.add(NAME, lab.name, f"{attack.name}: polls p99", "ms", [polls], goal=Goal(at_most=1000))
    report.add(
        NAME, lab.name, f"{attack.name}: /healthz p99", "ms", [health], goal=Goal(at_most=200)
    )
    answers = ", ".join(f"{number} x {status}" for status, number in siege.answers.most_common())
    print(
        f"  {attack.who}, {attack.at_once} at once, answered {answers or 'nothing'}; "
        f"polls {siege.statuses(siege.polls)}, /healthz {siege.statuses(siege.health)}; "
        f"{right_after:.0f} MB right after",
        flush=True,
    )


def _store_hostile_texts(site: Site) -> None:
    """As if they had been sent long ago: messages in the last conversation, and listings that are
    searched by somebody else."""
    texts = hostile.address_without_end(), hostile.beginnings_of_addresses()
    for half, text in enumerate(texts):
        chosen = Message.conversation_id == site.pairs[-1].id, Message.seq % 2 == half
        db.session.execute(update(Message).where(*chosen).values(body=text))
    plain = Message.conversation_id == site.pairs[-3].id
    db.session.execute(update(Message).where(plain).values(body="x " * (BODY_MAX_LENGTH // 2)))
    db.session.commit()
    for number in range(LISTINGS):
        seller = db.session.get_one(User, site.pairs[number % len(site.pairs)].seller)
        unfolding = {"title": hostile.UNFOLDS * 100, "description": hostile.UNFOLDS * 5_000}
        listings.create(seller, Details.read(**unfolding, price="1", currency="EUR"))
