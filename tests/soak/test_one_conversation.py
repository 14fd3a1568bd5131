"""Eight senders and six pollers on one conversation while workers die: nothing lost, no repeats."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import create_engine, text

from tests.databases import Database, MariaDB
from tests.soak.conftest import Stage
from tests.soak.load import Load

FULL = pytest.param(4000, marks=pytest.mark.soak, id="full")
OPEN = Callable[..., AbstractContextManager[Stage]]

# SQLite lets one writer in at a time, so that these mistakes do not show there.
where_writers_overlap = pytest.mark.parametrize("database", ["mariadb"], indirect=True)


@pytest.mark.parametrize("size", [pytest.param(600, id="short"), FULL])
def test_every_poller_gets_every_message_once_and_in_order(
    stage: OPEN, database: Database, size: int
) -> None:
    """The mechanism: both numbers are taken under the conversation's lock, before the INSERT."""
    deadlocks = _deadlocks(database)
    with stage() as on:
        load = Load(on.server, on.conversation, on.visitors)
        report = load.run(messages=size, senders=8, pollers=6, kill_every=2)
        print(database.name, report.table())
        assert len(report.acknowledged) == size
        assert report.missed == [0] * 6
        assert report.twice == [0] * 6
        assert report.out_of_order == [0] * 6
        assert "500" not in report.errors
        assert _stored_places(on) == list(range(1, size + 1))
    assert _deadlocks(database) == deadlocks


@where_writers_overlap
def test_a_cursor_on_an_auto_increment_id_misses_messages(stage: OPEN, database: Database) -> None:
    """The same load on the same application, with only the numbers taken as most people would."""
    with stage("tests.soak.with_auto_increment:app") as on:
        report = Load(on.server, on.conversation, on.visitors, give_up=1).run(
            messages=600, senders=8, pollers=6
        )
    print(database.name, report.table())
    assert sum(report.missed) > 0


@where_writers_overlap
def test_inserting_first_ends_in_deadlocks(stage: OPEN, database: Database) -> None:
    """The same load, with the INSERT before the UPDATE of the conversation's row."""
    deadlocks = _deadlocks(database)
    with stage("tests.soak.with_insert_first:app") as on:
        report = Load(on.server, on.conversation, on.visitors, give_up=1).run(
            messages=200, senders=8, pollers=1
        )
    print(database.name, report.table())
    assert _deadlocks(database) > deadlocks


def _deadlocks(database: Database) -> int:
    if not isinstance(database, MariaDB):
        return 0
    ((_name, value),) = database.execute("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'")
    return int(str(value))


def _stored_places(on: Stage) -> list[int]:
    engine = create_engine(on.database_url)
    with engine.connect() as connection:
        places = connection.scalars(text("SELECT seq FROM messages ORDER BY seq")).all()
    engine.dispose()
    return list(places)
