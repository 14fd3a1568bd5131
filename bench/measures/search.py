"""What a search of very many listings costs in the database."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import Connection, Engine, event, text

from bench import shop
from bench.lab import Lab
from bench.report import Goal, Report
from config import Settings
from marketplace import create_app
from marketplace.catalogue import listings
from marketplace.storage.database import db

NAME = "search"
LISTINGS = 200_000
SEARCHES = {
    "a common word": (shop.COMMON, 1),
    "a frequent word": (shop.OFTEN, 1),
    "a rare word": (shop.RARE, 1),
    "no such word": (shop.NEVER, 1),
    "a common word and a rare one": (f"{shop.COMMON} {shop.RARE}", 1),
    "two common words": (f"{shop.COMMON} {shop.OFTEN}", 1),
    "three letters": (shop.BEGINNING, 1),
    "three letters, page 500": (shop.BEGINNING, listings.PAGES_MAX),
    "a common word, page 500": (shop.COMMON, listings.PAGES_MAX),
    "everything, page 500": ("", listings.PAGES_MAX),
}
# The most there is to do: one of the words is gone through to its end. Its bound is a second.
DEAREST = {
    "two frequent words, none with both": (f"{shop.OFTEN} {shop.THINGS[1]}", 1),
    "a frequent beginning, of old ones only": (shop.CROWD[0][:-2], 1),
}
# What takes no index: every text is looked at until there is a page of hits, here to the end.
SCAN = text("SELECT id FROM listings WHERE description LIKE :pattern ORDER BY id DESC LIMIT 25")
Asked = list[tuple[str, Any]]


def run(lab: Lab, report: Report) -> None:
    """Each search's statements, asked again and again as they went to the driver."""
    folder = lab.folder(NAME)
    environment = {"DATABASE_URL": lab.databases.create(), "INSTANCE_PATH": str(folder)}
    app = create_app(Settings.from_environment(environment))
    with app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            shop.fill(connection, LISTINGS)
            pattern = {"pattern": f"%{shop.NEVER}%"}
            scan = [_seconds(connection, SCAN, pattern) * 1000 for _ in range(lab.amount.rounds)]
        report.add(NAME, lab.name, f"control: {LISTINGS:,} texts looked through", "ms", scan)
        for name, (query, page) in (SEARCHES | DEAREST).items():
            with _heard() as asked:
                listings.browse(query, page)
            with db.engine.connect() as connection:
                rounds = [_database_ms(connection, asked) for _ in range(lab.amount.rounds)]
            what = f"{name} of {LISTINGS:,}"
            goal = None if name in DEAREST else Goal(at_most=20)
            report.add(NAME, lab.name, what, "ms", rounds, goal=goal)
        db.session.remove()
        db.engine.dispose()
        app.extensions["reader"].dispose()


def _seconds(connection: Connection, statement: Any, parameters: Any) -> float:
    started = time.perf_counter()
    connection.execute(statement, parameters).all()
    return time.perf_counter() - started


def _database_ms(connection: Connection, asked: Asked) -> float:
    """Past SQLAlchemy, whose part is the page's and the same for every search."""
    cursor = connection.connection.cursor()
    started = time.perf_counter()
    for statement, parameters in asked:
        cursor.execute(statement, parameters)
        cursor.fetchall()
    return (time.perf_counter() - started) * 1000


@contextmanager
def _heard() -> Iterator[Asked]:
    asked: Asked = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)
