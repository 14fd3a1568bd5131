"""A verb that writes is one unit of work: stored whole, repeated whole, or not at all."""

import fcntl
import logging
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from marketplace.accounts.models import User
from marketplace.storage.database import (
    LOCK_WAIT_TIMEOUT_SECONDS,
    PAUSES,
    UTCDateTime,
    after_commit,
    db,
    engine_options,
    is_conflict,
    transaction,
    utcnow,
)
from tests import cast
from tests.databases import MariaDB

HOLD_THE_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
print("released", flush=True)
"""


def new_user(name: str) -> User:
    email = f"{name}@example.com"
    return User(name=name, email=email, password="-", fs_uniquifier=f"unique-{name}")


@transaction
def add_user(name: str) -> User:
    user = new_user(name)
    db.session.add(user)
    return user


def names() -> list[str]:
    """What another connection sees, which is what is stored."""
    with db.engine.connect() as connection:
        return list(connection.scalars(select(User.name).order_by(User.name)))


def test_a_unit_is_stored_when_its_verb_returns(app_context: None):
    assert add_user("Sam").name == "Sam"
    assert names() == ["Sam"]


def test_a_verb_that_raises_stores_nothing_and_its_error_arrives(app_context: None):
    @transaction
    def add_and_regret() -> None:
        db.session.add(new_user("Sam"))
        db.session.flush()
        raise ValueError("regret")

    with pytest.raises(ValueError, match="regret"):
        add_and_regret()
    assert names() == []

    add_user("Bea")
    assert names() == ["Bea"], "the next unit begins clean"


def test_a_unit_inside_another_joins_it(app_context: None):
    @transaction
    def add_both() -> list[str]:
        add_user("Sam")
        seen_by_others = names()
        add_user("Bea")
        return seen_by_others

    assert add_both() == [], "the inner unit did not commit by itself"
    assert names() == ["Bea", "Sam"]


def test_when_the_outer_unit_fails_the_inner_one_is_gone_too(app_context: None):
    @transaction
    def add_and_regret() -> None:
        add_user("Sam")
        raise ValueError("regret")

    with pytest.raises(ValueError, match="regret"):
        add_and_regret()
    assert names() == []


def test_what_a_unit_has_to_tell_is_told_after_its_commit(app_context: None):
    told: list[list[str]] = []

    @transaction
    def add_and_tell() -> None:
        after_commit(lambda: told.append(names()))
        add_user("Sam")
        assert told == []

    add_and_tell()
    assert told == [["Sam"]]


def test_a_unit_that_is_not_stored_tells_nothing(app_context: None):
    told: list[str] = []

    @transaction
    def add_the_same_twice() -> None:
        after_commit(lambda: told.append("stored"))
        db.session.add_all([new_user("Sam"), new_user("Sam")])

    with pytest.raises(IntegrityError):
        add_the_same_twice()
    assert told == []
    assert names() == []


def test_an_error_that_no_repetition_cures_is_not_repeated(app_context: None):
    add_user("Sam")
    tries: list[int] = []

    @transaction
    def add_sam_again() -> None:
        tries.append(1)
        db.session.add(new_user("Sam"))

    with pytest.raises(IntegrityError):
        add_sam_again()
    assert len(tries) == 1


def test_a_unit_stores_what_a_library_left_in_the_session(app_context: None):
    db.session.add(new_user("Sam"))
    add_user("Bea")
    assert names() == ["Bea", "Sam"]


on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
on_mariadb = pytest.mark.parametrize("database", ["mariadb"], indirect=True, scope="session")


@pytest.fixture
def release_the_lock(app: Flask) -> Iterator[Callable[[], None]]:
    """Another process holds SQLite's write lock until this is called; ours does not wait long."""
    path = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database
    command = [sys.executable, "-c", HOLD_THE_LOCK, str(path)]
    with (
        _impatient(app),
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other,
    ):
        stdin, stdout = other.stdin, other.stdout
        assert stdin
        assert stdout
        assert stdout.readline() == "locked\n"

        def release() -> None:
            stdin.write("\n")
            stdin.flush()
            assert stdout.readline() == "released\n"

        yield release
        other.kill()


@contextmanager
def _impatient(app: Flask) -> Iterator[None]:
    """The session's connection gives up on a lock after 10 ms instead of 5 s."""
    with app.app_context():
        db.engine.dispose()
        with db.engine.connect() as connection:  # the pool hands this one out again
            connection.exec_driver_sql("PRAGMA busy_timeout = 10")
        yield
        db.engine.dispose()


@on_sqlite
def test_a_database_locked_by_another_process_costs_a_repetition_and_nothing_else(
    app: Flask,
    app_context: None,
    release_the_lock: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
):
    class ReleaseAtFirstRepetition(logging.Handler):
        def emit(self, _record: logging.LogRecord) -> None:
            app.logger.removeHandler(self)
            release_the_lock()

    caplog.set_level(logging.INFO, app.logger.name)
    app.logger.addHandler(ReleaseAtFirstRepetition())
    add_user("Sam")
    assert "unit of work repeated" in caplog.text
    assert names() == ["Sam"]


@on_sqlite
def test_a_lock_that_is_never_released_is_an_error_in_the_end(
    app_context: None, release_the_lock: Callable[[], None]
):
    with pytest.raises(DBAPIError) as raised:
        add_user("Sam")
    assert is_conflict(raised.value), "so that it is answered with 503 and Retry-After"
    release_the_lock()
    assert names() == []


@on_sqlite
def test_on_sqlite_units_queue_for_their_turn(app: Flask):
    """The mechanism: the lock on a file, ``_turn_to_write``. It is fair where SQLite is not."""
    with app.app_context():
        turn = f"{db.engine.url.database}-turn"
    order: list[str] = []
    began = threading.Event()

    def write() -> None:
        began.set()
        with app.app_context():
            add_user("Bea")
        order.append("the unit")

    with Path(turn).open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        unit = threading.Thread(target=write)
        unit.start()
        began.wait()
        unit.join(timeout=0.3)  # without a queue it is done by now
        order.append("who came first")
    unit.join()
    assert order == ["who came first", "the unit"]


@on_sqlite
def test_a_unit_may_read_before_it_writes_while_others_write(app_context: None, app: Flask):
    """Loses updates when a unit takes the lock with its first write and not at its beginning."""
    add_user("Sam")

    @transaction
    def lengthen() -> None:
        user = db.session.scalars(select(User)).one()
        user.name += "!"

    def lengthen_ten_times(_: int) -> None:
        with app.app_context():
            for _n in range(10):
                lengthen()
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lengthen_ten_times, range(4)))
    assert names() == ["Sam" + "!" * 40]


@on_mariadb
def test_the_loser_of_a_deadlock_is_repeated_and_both_are_stored(app: Flask):
    """Two units take the same two rows in opposite order, and meet in between."""
    ids = [cast.person(app, name).id for name in ("Sam", "Bea")]
    both_hold_one = threading.Barrier(2, timeout=30)
    tries = [0, 0]

    @transaction
    def mark_both(me: int) -> None:
        tries[me] += 1
        for place, user_id in enumerate((ids[me], ids[1 - me])):
            if place == 1 and tries[me] == 1:
                both_hold_one.wait()
            db.session.execute(
                update(User).where(User.id == user_id).values(name=func.concat(User.name, me))
            )

    def run(me: int) -> None:
        with app.app_context():
            mark_both(me)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, (0, 1)))
    assert sorted(tries) == [1, 2], "one of them lost, once"
    with app.app_context():
        assert [sorted(name[3:]) for name in names()] == [["0", "1"], ["0", "1"]]


@on_mariadb
def test_a_connection_the_server_closed_costs_a_repetition(
    app_context: None, database: MariaDB, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    db.engine.dispose()
    number = db.session.scalar(text("SELECT CONNECTION_ID()"))
    db.session.remove()
    database.execute(f"KILL {number}")

    add_user("Bea")
    assert "unit of work repeated" in caplog.text
    assert names() == ["Bea"]


def test_there_are_as_many_tries_as_pauses_and_one(app_context: None):
    tries: list[int] = []

    @transaction
    def lose() -> None:
        tries.append(1)
        locked = sqlite3.OperationalError("database is locked")
        locked.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise DBAPIError("UPDATE", None, locked)

    with pytest.raises(DBAPIError):
        lose()
    assert len(tries) == len(PAUSES) + 1


@on_sqlite
def test_an_acknowledged_commit_is_on_the_disk(app_context: None):
    """synchronous = 2 is FULL: flushed at each commit, not at each checkpoint."""
    for connect in (db.engine.connect, db.session.connection):
        connection = connect()
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        connection.close()


@on_mariadb
def test_after_a_commit_nothing_is_rolled_back(app_context: None):
    """The mechanism: the pool resets only what is open. As SQLAlchemy does it, it is 1 each."""

    def rollbacks() -> int:
        with db.engine.connect() as connection:
            told = connection.execute(text("SHOW GLOBAL STATUS LIKE 'Com_rollback'")).one()
        return int(told.Value)

    before = rollbacks()
    for name in ("Sam", "Bea", "Olly"):
        add_user(name)
        db.session.remove()
    assert rollbacks() - before == 1, "the first look's own"


@on_mariadb
def test_what_is_left_open_is_rolled_back_before_the_next_one(app_context: None):
    """The mechanism: the pool's reset. Without it Sam is stored with Bea."""
    left_open = db.engine.raw_connection()
    left_open.cursor().execute(
        "INSERT INTO users (name, email, password, active, fs_uniquifier, created_at)"
        " VALUES ('Sam', 'sam@example.com', '-', 1, 'unique-sam', NOW())"
    )
    left_open.close()
    add_user("Bea")
    assert names() == ["Bea"]


def test_mariadb_reads_what_is_committed_and_waits_for_a_row_but_not_for_long():
    options = engine_options("mysql+pymysql://x/y")
    assert options["isolation_level"] == "READ COMMITTED"
    waiting = f"SET innodb_lock_wait_timeout = {LOCK_WAIT_TIMEOUT_SECONDS}"
    assert options["connect_args"]["init_command"] == waiting
    assert LOCK_WAIT_TIMEOUT_SECONDS <= 5


@pytest.mark.parametrize(
    ("address", "is_plain"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("[::1]", True),
        ("localhost?unix_socket=/run/mysqld/mysqld.sock", True),
        ("db.example", False),
        ("127.0.0.1?ssl_ca=/ca.pem", False),
    ],
)
def test_only_within_a_machine_nothing_is_encrypted(address: str, is_plain: bool):
    host, _, query = address.partition("?")
    options = engine_options(f"mysql+pymysql://me@{host}/shop?{query}")
    assert ("ssl_disabled" in options["connect_args"]) is is_plain


def test_a_moment_comes_back_aware_and_to_the_millisecond(app: Flask):
    now = utcnow()
    with app.app_context():
        user = new_user("Sam")
        user.last_seen_at = now

        @transaction
        def add() -> None:
            db.session.add(user)

        add()
        db.session.remove()
        assert db.session.scalars(select(User.last_seen_at)).one() == now


def test_a_moment_without_a_zone_is_refused():
    naive = utcnow().replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        UTCDateTime().process_bind_param(naive, None)  # type: ignore[arg-type]
