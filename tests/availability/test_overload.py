"""A full process refuses polls, and nothing else."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.messaging import conversations
from marketplace.operations.overload import CROWD, THREADS, Load
from tests import cast
from tests.queries import counted


class Clock:
    """Time that passes when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now = 0.0
        monkeypatch.setattr("marketplace.operations.overload.monotonic", lambda: self._now)

    def passes(self, seconds: float) -> None:
        self._now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def load(app: Flask, clock: Clock) -> Iterator[Load]:
    """The application's load, fresh before and after."""
    fresh = app.extensions["load"]
    fresh.__dict__.update(Load().__dict__)
    yield fresh
    fresh.__dict__.update(Load().__dict__)


@pytest.fixture
def conversation(app: Flask, sam: User, bea: User, bicycle: int) -> int:
    with app.app_context():
        return conversations.open_about(bea, bicycle)


@contextmanager
def in_flight(load: Load, count: int) -> Iterator[None]:
    """So many requests that do not end before this does."""
    done = threading.Event()
    entered = threading.Semaphore(0)

    def wait(_environ: Any, _start: Any) -> list[bytes]:
        entered.release()
        done.wait()
        return []

    threads = [threading.Thread(target=load.counting(wait), args=({}, None)) for _ in range(count)]
    with ExitStack() as on_exit:
        for thread in threads:
            thread.start()
            on_exit.callback(thread.join)
            entered.acquire()
        on_exit.callback(done.set)
        yield


def test_a_full_process_refuses_polls_before_any_statement(
    as_bea: FlaskClient, conversation: int, load: Load, clock: Clock
) -> None:
    with in_flight(load, THREADS):
        as_bea.get(f"/messages/{conversation}/poll")
        clock.passes(60)
        with counted() as statements:
            refused = as_bea.get(f"/messages/{conversation}/poll")
    told: Any = refused.json
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert told["error"]["code"] == "overloaded"
    assert statements == []


def test_a_full_process_still_takes_messages(
    as_bea: FlaskClient, conversation: int, load: Load, clock: Clock
) -> None:
    token = cast.token(as_bea)
    with in_flight(load, THREADS):
        as_bea.get(f"/messages/{conversation}/poll")
        clock.passes(60)
        assert as_bea.get(f"/messages/{conversation}/poll").status_code == 503
        sent = as_bea.post(
            f"/api/v1/conversations/{conversation}/messages",
            json={"body": "Hello"},
            headers={"X-CSRFToken": token},
        )
    assert sent.status_code == 201


def test_a_moment_of_many_is_no_overload(
    as_bea: FlaskClient, conversation: int, load: Load, clock: Clock
) -> None:
    for _ in range(20):
        clock.passes(1)
        as_bea.get(f"/messages/{conversation}/poll")
    with in_flight(load, THREADS):
        clock.passes(0.05)
        assert as_bea.get(f"/messages/{conversation}/poll").status_code == 200


@pytest.mark.parametrize(
    ("requests", "shares", "interval"),
    [
        pytest.param(1, (0.1, 0.9), "2", id="another program works"),
        pytest.param(CROWD + 1, (0.1, 0.9), "10", id="in each other's way"),
        pytest.param(1, (1.0, 0.0), "10", id="one thread that always works"),
    ],
)
def test_waiting_for_a_processor_counts_for_requests_in_each_others_way(
    as_bea: FlaskClient,
    conversation: int,
    load: Load,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    requests: int,
    shares: tuple[float, float],
    interval: str,
) -> None:
    monkeypatch.setattr(load, "_processor", SimpleNamespace(shares=lambda: shares))
    monkeypatch.setattr("marketplace.operations.overload.FULL", 1.0)  # let all in
    with in_flight(load, requests - 1):
        as_bea.get(f"/messages/{conversation}/poll")
        clock.passes(60)
        answer = as_bea.get(f"/messages/{conversation}/poll")
    assert (answer.status_code, answer.headers["Poll-Interval"]) == (200, interval)


def test_pages_are_slowed_under_load_and_brought_back(
    as_bea: FlaskClient, conversation: int, load: Load, clock: Clock
) -> None:
    def interval() -> float:
        answer: Any = as_bea.get(f"/messages/{conversation}/poll")
        assert float(answer.headers["Poll-Interval"]) == answer.json["interval"]
        return float(answer.json["interval"])

    clock.passes(60)
    assert interval() == 2
    with in_flight(load, CROWD + 1):
        clock.passes(5)  # busy on an average of this time, and not yet full
        assert 2 < interval() <= 10
    clock.passes(60)
    assert interval() == 2
