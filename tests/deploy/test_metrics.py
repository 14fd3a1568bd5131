"""The figures: what is counted, by whom, and who may see it."""

import os
import signal
import time
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from marketplace.accounts.models import User
from marketplace.messaging import conversations, messages
from marketplace.operations import metrics
from marketplace.operations.process_number import ProcessNumber
from marketplace.storage.database import transaction
from tests.deploy.asking import ask
from tests.servers import Server

Figures = dict[tuple[str, ...], float]


def figures_in(text: str) -> Figures:
    """Each sample by its name and label values."""
    return {
        (sample.name.removeprefix("marketplace_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def health_requests(server: Server) -> float:
    """How many a served site has counted."""
    figures = figures_in(ask(server.port, "/metrics").body.decode())
    return figures["requests_total", "health", "200"]


class Before:
    """What there was before: figures only ever grow, and other tests count, too."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self._figures = self._now()

    def grown(self, *name: str) -> float:
        """By how much a figure is larger now."""
        return self._now().get(name, 0) - self._figures.get(name, 0)

    def _now(self) -> Figures:
        return figures_in(self._client.get("/metrics").get_data(as_text=True))


@pytest.fixture
def before(app: Flask) -> Before:
    """As of the beginning of this test."""
    return Before(app.test_client())


@pytest.fixture
def asked(app: Flask, bea: User, bicycle: int) -> int:
    """Bea's conversation with Sam, with one message."""
    with app.app_context():
        conversation = conversations.open_about(bea, bicycle)
        messages.send(bea, conversation, "Is it still available?", "1")
        return conversation


def test_polls_with_and_without_news_are_told_apart(
    before: Before, as_sam: FlaskClient, asked: int
):
    news = as_sam.get(f"/messages/{asked}/poll")
    for _ in range(3):
        as_sam.get(
            f"/messages/{asked}/poll?after=1", headers={"If-None-Match": news.headers["ETag"]}
        )
    assert before.grown("requests_total", "poll", "200") == 1
    assert before.grown("requests_total", "poll", "304") == 3


def test_idle_polls_are_written_for_all_processes_with_a_later_one(
    app: Flask, monkeypatch: pytest.MonkeyPatch
):
    """Mechanism: ``TELL_SECONDS``. Another process sees no more than what is written."""
    figures = app.extensions["figures"]
    figures.of_all_processes()
    written: list[int] = []
    monkeypatch.setattr(figures, "count", lambda *kind: written.append(kind[-1]))
    monkeypatch.setattr(metrics, "TELL_SECONDS", 3600)
    for _ in range(3):
        figures.count_idle_poll()
    assert written == []
    monkeypatch.setattr(metrics, "TELL_SECONDS", 0)
    figures.count_idle_poll()
    assert written == [4]


def test_delivery_counts_each_message_of_others_with_its_delay(
    before: Before, as_sam: FlaskClient, as_bea: FlaskClient, asked: int
):
    as_bea.get(f"/messages/{asked}/poll")
    assert before.grown("delivery_seconds_count") == 0, "it is her own message"
    as_sam.get(f"/messages/{asked}/poll")
    assert before.grown("delivery_seconds_count") == 1
    assert before.grown("delivery_seconds_bucket", "60.0") == 1
    as_sam.get(f"/messages/{asked}/poll?after=1")
    assert before.grown("delivery_seconds_count") == 1


def test_refusals_are_counted_by_what_was_asked_for(
    before: Before, client: FlaskClient, as_olly: FlaskClient, asked: int
):
    client.get(f"/messages/{asked}/poll")
    as_olly.get(f"/messages/{asked}/poll")
    client.get("/there/is/nothing")
    assert before.grown("requests_total", "poll", "401") == 1
    assert before.grown("requests_total", "poll", "404") == 1
    assert before.grown("requests_total", "none", "404") == 1


def test_a_repeated_unit_of_work_is_counted_with_its_error(app: Flask, before: Before):
    class DeadlockError(Exception):
        pass

    tries = iter([True, False])

    @transaction
    def lose_once() -> None:
        if next(tries):
            raise OperationalError("UPDATE", {}, DeadlockError(1213, "Deadlock found"))

    with app.app_context():
        lose_once()
    assert before.grown("retries_total", "1213") == 1


def test_active_people_are_those_seen_lately(
    app: Flask, before: Before, as_sam: FlaskClient, asked: int, olly: User
):
    as_sam.get(f"/messages/{asked}/poll")
    assert before.grown("active_people") == 1


def test_without_a_database_the_other_figures_are_there(app: Flask, client: FlaskClient):
    def away() -> int:
        raise OperationalError("SELECT", {}, Exception(2003, "away"))

    figures = app.extensions["figures"]
    count_active, figures._count_active = figures._count_active, away
    try:
        found = figures_in(client.get("/metrics").get_data(as_text=True))
    finally:
        figures._count_active = count_active
    assert ("active_people",) not in found
    assert any(name == "requests_total" for name, *_ in found)


def test_nobody_from_elsewhere_sees_them(app: Flask):
    elsewhere = app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    forwarded = app.test_client().get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
    for answer in (elsewhere, forwarded):
        assert answer.status_code == 404
        assert b"marketplace_requests" not in answer.data
    assert app.test_client().get("/metrics").status_code == 200


@pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
def test_all_workers_are_added_up_those_that_died_included(server: Server):
    """The mechanism: a file for each process, and a number for it that outlives the process."""
    files = server.instance / "metrics"
    asked = 0
    while len(list(files.glob("counter_*.db"))) < 2:  # until both workers have served
        assert ask(server.port, "/healthz").status == 200
        asked += 1
    assert health_requests(server) == asked

    for _ in range(3):
        workers = server.worker_pids()
        os.kill(workers[0], signal.SIGKILL)
        while len(set(server.worker_pids()) - {workers[0]}) < 2:
            time.sleep(0.02)  # the wait for a condition
        for _ in range(20):
            assert ask(server.port, "/healthz").status == 200
    assert health_requests(server) == asked + 60
    assert len(list(files.glob("counter_*.db"))) <= 3, "who comes takes the place of who died"


def test_a_fork_gets_a_number_of_its_own_and_its_end_gives_it_back(tmp_path: Path):
    number = ProcessNumber(tmp_path)
    assert number() == 0
    for _ in range(2):
        child = os.fork()
        if child == 0:
            os._exit(number())
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert number() == 0
