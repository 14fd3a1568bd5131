"""Where limits are counted: shared by all workers, and never in anybody's way."""

import logging
import socket
import sqlite3
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis
from flask import Flask
from limits import RateLimitItemPerMinute
from limits.storage import Storage
from pytest_redis import factories
from pytest_redis.executor import RedisExecutor

from marketplace.accounts.models import User
from marketplace.operations import counters
from marketplace.operations.counters import Counters, InFile, in_redis
from tests import cast
from tests.conftest import need
from tests.databases import Database
from tests.guards.forms import Visit, browser_at, log_in
from tests.servers import Server

THREE = RateLimitItemPerMinute(3)

redis_process = factories.redis_proc()


@pytest.fixture
def server_of_redis(request: pytest.FixtureRequest) -> RedisExecutor:
    """A Redis of our own, empty, that a test may stop."""
    need("redis-server")
    process: RedisExecutor = request.getfixturevalue("redis_process")
    if not process.running():
        process.start()
    with redis.Redis(port=process.port) as connection:
        connection.flushall()
    return process


def url_of(process: RedisExecutor) -> str:
    return f"redis://127.0.0.1:{process.port}/0"


@pytest.fixture(params=["file", "redis"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> list[Storage]:
    """The same store as two processes open it."""
    if request.param == "file":
        return [InFile(tmp_path / "limits.db") for _ in range(2)]
    process = request.getfixturevalue("server_of_redis")
    return [in_redis(url_of(process)) for _ in range(2)]


def test_processes_count_together(stores: list[Storage]):
    first, second = map(Counters, stores)
    hits = [each.ask("hit", THREE, "bea") for each in (first, second, first, second)]
    assert hits == [True, True, True, False]
    assert first.ask("test", THREE, "bea") is False
    assert second.ask("hit", THREE, "sam") is True


def test_what_is_given_back_may_be_spent_again(stores: list[Storage]):
    first, second = map(Counters, stores)
    for _ in range(3):
        first.ask("hit", THREE, "bea")
    second.ask("hit", THREE, "bea", cost=-1)
    assert first.ask("test", THREE, "bea") is True
    assert first.ask("hit", THREE, "bea") is True
    assert second.ask("hit", THREE, "bea") is False


def test_counts_made_at_once_are_all_counted(stores: list[Storage]):
    both = [Counters(store) for store in stores]
    with ThreadPoolExecutor(8) as pool:
        hits = list(pool.map(lambda n: both[n % 2].ask("hit", THREE, "bea"), range(100)))
    assert hits.count(True) == 3


def test_a_file_forgets_what_has_expired(tmp_path: Path):
    store = InFile(tmp_path / "limits.db")
    store.incr("old", -1)
    store.incr("new", 60)
    assert (store.get("old"), store.get("new")) == (0, 1)
    assert store.reset() == 1, "the old one is not even kept"
    assert store.get("new") == 0


def test_a_file_can_be_told_to_forget(tmp_path: Path):
    store = InFile(tmp_path / "limits.db")
    store.incr("one", 60)
    store.clear("one")
    assert store.get("one") == 0
    assert store.check() is True


def test_workers_share_the_file_and_outlive_each_other(database: Database, tmp_path: Path):
    """Mechanism: ``InFile``; memory would give every worker, and every new one, ten of its own."""
    limited = {"RATELIMIT_ENABLED": "true"}
    with Server(database.create(), tmp_path / "instance", workers=2, **limited) as server:
        visit = Visit(server.port)
        statuses = Counter(visit.log_in(f"{number}@example.com") for number in range(8))
        for _ in range(2):
            server.kill_a_worker()
        statuses += Counter(visit.log_in(f"{number}@example.com") for number in range(8, 14))
    assert statuses == {422: 10, 429: 4}


def test_workers_share_redis(
    app: Flask, server_of_redis: RedisExecutor, monkeypatch: pytest.MonkeyPatch
):
    switch_on(app, in_redis(url_of(server_of_redis)), monkeypatch)
    statuses = [log_in(browser_at(app, "203.0.113.1"), "a@example.com") for _ in range(11)]
    assert [answer.status_code for answer in statuses] == [422] * 10 + [429]
    assert 0 < int(statuses[-1].headers["Retry-After"]) <= 900
    with redis.Redis(port=server_of_redis.port) as connection:
        keys = [key.decode() for key in connection.scan_iter()]
        assert all(connection.ttl(key) > 0 for key in keys), "none stays for ever"
    assert keys
    assert all("a@example.com" not in key and "203.0.113.1" not in key for key in keys)


def test_without_redis_the_site_stays_up_and_limits_by_itself(
    app: Flask, sam: User, server_of_redis: RedisExecutor, monkeypatch: pytest.MonkeyPatch
):
    """Mechanism: ``Counters.ask`` falls back to this process's memory."""
    switch_on(app, in_redis(url_of(server_of_redis)), monkeypatch)
    assert log_in(browser_at(app, "203.0.113.1"), sam.email).status_code == 422
    server_of_redis.stop()
    assert log_in(browser_at(app, "203.0.113.1"), sam.email, cast.PASSWORD).status_code == 303
    statuses = [log_in(browser_at(app, "203.0.113.2"), sam.email) for _ in range(11)]
    assert [answer.status_code for answer in statuses] == [422] * 10 + [429]


def test_when_redis_is_back_it_is_asked_again(
    server_of_redis: RedisExecutor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(counters, "AWAY_SECONDS", 0)
    store = Counters(in_redis(url_of(server_of_redis)))
    server_of_redis.stop()
    assert store.ask("hit", THREE, "bea") is True
    server_of_redis.start()
    for _ in range(3):
        assert store.ask("hit", THREE, "bea") is True
    with redis.Redis(port=server_of_redis.port) as connection:
        assert connection.dbsize() == 1


@pytest.mark.timeout(10)
def test_nobody_waits_for_a_redis_that_hangs(caplog: pytest.LogCaptureFixture):
    """Mechanism: the timeouts that ``in_redis`` asks for."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = Counters(in_redis(f"redis://127.0.0.1:{silent.getsockname()[1]}/0"))
        with caplog.at_level(logging.WARNING, "marketplace.operations.counters"):
            assert [store.ask("hit", THREE, "bea") for _ in range(4)] == [True, True, True, False]
    assert len(caplog.records) == 1, "it is asked once, and then left alone for a while"


@pytest.mark.parametrize("trouble", ["a folder", "not a database", "no folder"])
def test_a_file_that_cannot_be_used_is_in_nobodys_way(tmp_path: Path, trouble: str):
    path = tmp_path / "limits.db"
    if trouble == "a folder":
        path.mkdir()
    elif trouble == "not a database":
        path.write_text("this is no database at all" * 100)
    else:
        path = tmp_path / "missing" / "limits.db"
    store = Counters(InFile(path))
    assert [store.ask("hit", THREE, "bea") for _ in range(4)] == [True, True, True, False]


def test_a_file_that_another_holds_is_not_waited_for(tmp_path: Path):
    first, second = InFile(tmp_path / "limits.db"), InFile(tmp_path / "limits.db")
    first.incr("x", 60)
    held = first._connection()
    held.execute("BEGIN IMMEDIATE")
    store = Counters(second)
    assert store.ask("hit", THREE, "bea") is True
    held.execute("COMMIT")


def test_a_new_file_that_another_is_making_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Mechanism: the log is turned on again; SQLite does not wait for that by itself."""
    another = sqlite3.connect(tmp_path / "limits.db", isolation_level=None)
    another.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(time, "sleep", lambda _seconds: another.close())
    assert InFile(tmp_path / "limits.db").incr("x", 60) == 1


def switch_on(app: Flask, store: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", True)
    monkeypatch.setitem(app.extensions, "limits", Counters(store))
