"""Memory of a master and four workers as they are used, and what loading the application takes."""

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator

from flask_security import hash_password
from sqlalchemy import update

from bench import cpu, hostile
from bench.checks import has_status
from bench.lab import FLASK_VIEW, Lab
from bench.load import Answer, Check
from bench.report import Goal, Report
from bench.servers import ROOT, Server
from bench.site import Site
from bench.twins import NAIVE, Guest
from bench.visits import CONNECTIONS, PAGES, REQUESTS_EACH, form, page, upload, use
from marketplace.accounts.models import User
from marketplace.storage.database import db
from tests import cast

NAME = "memory"
WORKERS = 4
MEGABYTE = 1024 * 1024
REQUESTS = CONNECTIONS * REQUESTS_EACH
SIGN_UPS, PHOTOS = 100, 50
# PyYAML comes with the tools of development only; flask-smorest loads it where it finds it.
TIME_IMPORT = """
import sys, time
sys.modules["yaml"] = None
started = time.perf_counter()
import wsgi
print(time.perf_counter() - started)
"""


def run(lab: Lab, report: Report) -> None:
    """As it starts to be used, after a day's use, and after very many sign-ins."""
    site = lab.small
    with site.serve(workers=WORKERS) as ours, lab.control(FLASK_VIEW, workers=WORKERS) as bare:
        idle = site.idle_poll(ours)
        asked = use(ours, itertools.repeat(idle, REQUESTS), has_status(304))
        asked += use(ours, itertools.repeat(page("/messages", site.visitor()), REQUESTS), is_page)
        report.add(NAME, lab.name, "master and 4 workers, polls and inbox", "MB", [memory(ours)])
        asked += sum(use(ours, *each) for each in a_day(site))
        use(bare, itertools.repeat(idle, asked), has_status(200))
        own, control = memory(ours), memory(bare)
        signing_in = itertools.cycle(_sign_ins(site))
        use(ours, itertools.islice(signing_in, lab.amount.sign_ins), is_page)
        later = memory(ours)
    report.add(NAME, lab.name, "F: master and 4 workers", "MB", [control])
    what = f"after {SIGN_UPS} sign-ups, {PHOTOS} photos and every page"
    report.add(NAME, lab.name, what, "MB", [own])
    what = "master and 4 workers / F's"
    report.add(NAME, lab.name, what, "x", [own / control], goal=Goal(at_most=2.6))
    what = f"after {lab.amount.sign_ins:,} sign-ins / before"
    report.add(NAME, lab.name, what, "x", [later / own], goal=Goal(at_most=1.1))
    report.add(NAME, lab.name, "naive: master and 4 workers", "MB", [_naive(lab)])
    seconds = [_import_seconds(lab) for _ in range(lab.amount.rounds)]
    report.add(NAME, lab.name, "import of wsgi", "s", seconds, goal=Goal(at_most=0.8))


def memory(server: Server) -> float:
    """Of all its processes, in MB."""
    return cpu.proportional_memory(server.pids) / MEGABYTE


def is_page(answer: Answer) -> None:
    """A page, or the way to one: a 404 is one, too."""
    assert answer.status in (200, 303, 404), answer


def a_day(site: Site) -> Iterator[tuple[Iterator[bytes], Check]]:
    """What people do: sign up, upload photos, open every page."""
    stranger = site.stranger()
    new = ({"name": f"Eve {n}", "email": f"eve{n}@example.com"} for n in range(SIGN_UPS))
    forms = (form("/register", stranger, **each, password=cast.PASSWORD) for each in new)
    yield forms, is_page
    photo, people = hostile.photo(), [site.visitor(pair.buyer) for pair in site.pairs[:5]]
    photos = [upload("/api/v1/attachments", each, "file", photo) for each in people]
    yield itertools.islice(itertools.cycle(photos), PHOTOS), has_status(201)
    yield every_page(site), is_page


def every_page(site: Site) -> Iterator[bytes]:
    """So often that each worker has made each of them."""
    requests = [page(path, site.visitor()) for path in PAGES]
    return itertools.chain.from_iterable(itertools.repeat(requests, CONNECTIONS // 2))


def _sign_ins(site: Site) -> list[bytes]:
    """Everybody's, by their passwords."""
    site.change(give_everybody_a_password)
    stranger = site.stranger()
    people = {person for pair in site.pairs for person in (pair.seller, pair.buyer)}
    addresses = [f"person{person}@example.com" for person in sorted(people)]
    return [form("/login", stranger, email=each, password=cast.PASSWORD) for each in addresses]


def give_everybody_a_password() -> None:
    """``cast.PASSWORD``, hashed as in life."""
    db.session.execute(update(User).values(password=hash_password(cast.PASSWORD)))


def _naive(lab: Lab) -> float:
    """What the packages alone take, that any application of this kind loads."""
    with lab.twin_site.serve(NAIVE, workers=WORKERS) as server:
        poll = Guest(server).poll_request()
        use(server, itertools.repeat(poll, REQUESTS), has_status(200))
        return memory(server)


def _import_seconds(lab: Lab) -> float:
    """In a process of its own, with the files it reads in memory after the first."""
    done = subprocess.run(
        [sys.executable, "-c", TIME_IMPORT],
        cwd=ROOT,
        env={**os.environ, **lab.small.environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)
