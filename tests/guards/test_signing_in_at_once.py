"""Many sign in at one moment: some are asked to come back, and reading goes on."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from config import Settings
from marketplace import create_app
from marketplace.accounts import passwords
from marketplace.accounts.models import User
from marketplace.messaging import conversations
from tests import cast
from tests.conftest import CHEAP_HASH
from tests.databases import Database
from tests.guards.forms import Visit, browser_at, submit
from tests.servers import Server
from tests.soak.client import Client, Visitor

LET_IN = passwords.AT_ONCE + passwords.WAITING


@pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
def test_threads_are_left_for_those_who_read(database: Database, tmp_path: Path):
    """Mechanism: ``passwords._turn``. Without it all eight threads of the worker would hash."""
    url = database.create()
    held = "tests.guards.with_held_hash:app"
    with Server(url, tmp_path / "instance", workers=1, application=held) as server:
        app = create_app(Settings.from_environment(server.environment), overrides=CHEAP_HASH)
        sam, bea = cast.person(app, "Sam"), cast.person(app, "Bea")
        bicycle = cast.listing(app, sam, "Red bicycle")
        with app.app_context():
            conversation = conversations.open_about(bea, bicycle)
        reader = Client(server.port, Visitor(*cast.cookie_and_token(app, bea)))
        visits = [Visit(server.port) for _ in range(12)]
        refused = threading.Semaphore(0)

        def come(visit: Visit) -> int:
            status = visit.log_in(sam.email, cast.PASSWORD)
            refused.release()
            return status

        with ThreadPoolExecutor(12) as pool:
            coming = [pool.submit(come, visit) for visit in visits]
            for _ in range(12 - LET_IN):
                assert refused.acquire(timeout=20)
            try:
                assert reader.poll(conversation, 0).status == 200
                assert reader.send(conversation, "while-they-wait").status == 201
            finally:
                (server.instance / "go").touch()
            assert Counter(each.result() for each in coming) == {303: LET_IN, 503: 12 - LET_IN}
        reader.close()
        app.extensions["reader"].dispose()


def test_so_many_hash_and_so_many_wait_and_the_rest_come_back(
    app: Flask, sam: User, monkeypatch: pytest.MonkeyPatch
):
    """The fewer hash at once, the less a poll has to share the processor with."""
    go, begun, hashed = threading.Event(), threading.Semaphore(0), []
    hashing = app.extensions["security"].pwd_context
    verify = hashing.verify

    def held(*given: str) -> bool:
        hashed.append(given)
        begun.release()
        assert go.wait(20)
        return bool(verify(*given))

    let_in = threading.Semaphore(0)

    class Door(threading.BoundedSemaphore):
        def acquire(self, *given: Any, **named: Any) -> bool:
            got = super().acquire(*given, **named)
            if got:
                let_in.release()
            return got

    monkeypatch.setattr(hashing, "verify", held)
    monkeypatch.setattr(passwords, "_let_in", Door(LET_IN))
    with ThreadPoolExecutor(LET_IN) as pool:
        inside = [pool.submit(_sign_in, app, sam) for _ in range(LET_IN)]
        try:
            for semaphore, number in ((let_in, LET_IN), (begun, passwords.AT_ONCE)):
                assert all(semaphore.acquire(timeout=20) for _ in range(number))
            client = browser_at(app, "203.0.113.1")
            form = {"email": sam.email, "password": cast.PASSWORD, "next": "/messages"}
            answer = submit(client, "/login", **form)
            assert len(hashed) == passwords.AT_ONCE
        finally:
            go.set()
        assert {each.result() for each in inside} == {303}
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Many people sign in at this moment." in answer.text
    assert f'value="{sam.email}"' in answer.text
    assert 'name="next" value="/messages"' in answer.text


@pytest.mark.parametrize("path", ["/register", "/profile/password"])
def test_every_form_that_hashes_asks_to_come_back(app: Flask, sam: User, path: str):
    client = cast.browser_of(app, sam) if path.startswith("/profile") else app.test_client()
    form = {"name": "Nina", "email": "nina@example.com", "password": cast.PASSWORD}
    taken = [passwords._let_in.acquire() for _ in range(LET_IN)]
    try:
        answer = submit(client, path, new_password="something new", **form)
    finally:
        for _ in taken:
            passwords._let_in.release()
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert "Many people sign in at this moment." in answer.text


def _sign_in(app: Flask, user: User) -> int:
    client = browser_at(app, "203.0.113.9")
    return submit(client, "/login", email=user.email, password=cast.PASSWORD).status_code
