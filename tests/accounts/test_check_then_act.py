"""What was looked at holds when it is acted on: a password that changes in between, a link used
several times at once. Each test holds one side exactly there, on both databases."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from marketplace.accounts import passwords, registrations, sign_ins
from marketplace.accounts.models import SignIn, User
from marketplace.accounts.sign_ins import ChangedError
from marketplace.storage.database import db, transaction
from tests import cast
from tests.accounts.browsing import (
    NEW_PASSWORD,
    errors,
    flashed,
    is_signed_in,
    register,
    sign_in,
    submit,
)
from tests.letters import link_in, post

Patch = pytest.MonkeyPatch
OTHER_PASSWORD = "quite another one"


@contextmanager
def between(patch: Patch, holder: Any, name: str, happens: Callable[[], Any]) -> Iterator[None]:
    """The first time this is called, something else happens before it, from beginning to end."""
    real, done = getattr(holder, name), []

    def interrupted(*args: Any, **kwargs: Any) -> Any:
        if not done:
            done.append("once")
            thread = Thread(target=happens)
            thread.start()
            thread.join()
        return real(*args, **kwargs)

    with patch.context() as patched:
        patched.setattr(holder, name, interrupted)
        yield
    assert done


def test_a_sign_in_with_the_password_of_before_does_not_survive_its_change(
    app: Flask, client: FlaskClient, sam: User, as_sam: FlaskClient, monkeypatch: Patch
):
    """Mechanism: ``sign_ins.hold`` in ``start``."""
    with between(monkeypatch, sign_ins, "start", lambda: change(as_sam)):
        answer = sign_in(client, sam)
    assert answer.status_code == 422
    assert errors(answer) == {
        "password": "This email address and this password do not go together."
    }
    assert "Your profile" not in answer.text, "not even this one answer is for who is signed in"
    assert not is_signed_in(client)
    assert count(app) == 1, "that of the browser in which it was changed"


def test_who_is_banned_while_signing_in_is_not_let_in(
    app: Flask, client: FlaskClient, sam: User, monkeypatch: Patch
):
    with between(monkeypatch, sign_ins, "start", lambda: ban(app, sam)):
        assert sign_in(client, sam).status_code == 422
    assert count(app) == 0


def test_a_hash_made_anew_does_not_bring_the_password_of_before_back(
    app: Flask, client: FlaskClient, sam: User, as_sam: FlaskClient, monkeypatch: Patch
):
    """Mechanism: ``sign_ins.hold`` in ``passwords._store_hash``."""
    weaker = app.extensions["security"].pwd_context.using(argon2__rounds=3)
    with app.app_context():
        hashed = weaker.hash(cast.PASSWORD)
        transaction(lambda: setattr(db.session.get_one(User, sam.id), "password", hashed))()
    with between(monkeypatch, passwords, "_store_hash", lambda: change(as_sam)):
        sign_in(client, sam)
    assert not is_signed_in(client)
    assert sign_in(app.test_client(), sam, cast.PASSWORD).status_code == 422
    assert sign_in(app.test_client(), sam, NEW_PASSWORD).status_code == 303


def test_a_reset_link_used_five_times_at_once_works_once(app: Flask, sam: User):
    """Mechanism: ``sign_ins.hold`` in ``passwords._store``. All have found the link good."""
    with app.app_context():
        link = f"/reset/{passwords.reset_token(sam)}"
    found = Barrier(5)
    real = passwords.find_by_reset_token

    def find(token: str) -> User | None:
        user = real(token)
        found.wait()
        return user

    def use(number: int) -> str | None:
        client = app.test_client()
        form = {"csrf_token": cast.token(client), "password": f"{NEW_PASSWORD} {number}"}
        return client.post(link, data=form).location

    with pytest.MonkeyPatch.context() as patched, ThreadPoolExecutor(5) as pool:
        patched.setattr(passwords, "find_by_reset_token", find)
        locations = list(pool.map(use, range(5)))
    assert sorted(map(str, locations)) == ["/login"] + 4 * ["/reset"]
    winner = locations.index("/login")
    worked = [
        sign_in(app.test_client(), sam, f"{NEW_PASSWORD} {number}").status_code == 303
        for number in range(5)
    ]
    assert worked == [number == winner for number in range(5)]
    assert len(post(app)) == 1


def test_who_is_late_with_a_reset_link_is_led_to_a_new_one(
    app: Flask, client: FlaskClient, sam: User, as_sam: FlaskClient, monkeypatch: Patch
):
    with app.app_context():
        link = f"/reset/{passwords.reset_token(sam)}"
    with between(monkeypatch, passwords, "change", lambda: change(as_sam, OTHER_PASSWORD)):
        assert submit(client, link, password=NEW_PASSWORD).location == "/reset"
    assert flashed(client.get("/reset"))[0].startswith("This link is used up or too old.")
    assert sign_in(client, sam, OTHER_PASSWORD).status_code == 303


def test_the_password_of_before_changes_no_password(
    app: Flask, sam: User, as_sam: FlaskClient, monkeypatch: Patch
):
    """Two forms at once, both with the password that was right when they were looked at."""
    thief = cast.browser_of(app, sam)
    with between(monkeypatch, passwords, "change", lambda: change(as_sam)):
        answer = change(thief, OTHER_PASSWORD)
    assert answer.status_code == 422
    assert errors(answer) == {"password": "This is not your password."}
    assert sign_in(app.test_client(), sam, NEW_PASSWORD).status_code == 303


def test_a_link_of_a_registration_followed_five_times_at_once_makes_one_account(app: Flask):
    """Mechanism: the unique index of addresses, and ``complete``, which knows what it tells."""
    register(app.test_client(), "nina@example.com")
    [letter] = post(app)
    link, found = link_in(letter), Barrier(5)
    real = registrations.complete

    def complete(registration: Any) -> User | None:
        found.wait()
        return real(registration)

    def follow(_number: int) -> str | None:
        client = app.test_client()
        form = {"csrf_token": cast.token(client), "password": cast.PASSWORD}
        return client.post(link, data=form).location

    with pytest.MonkeyPatch.context() as patched, ThreadPoolExecutor(5) as pool:
        patched.setattr(registrations, "complete", complete)
        locations = list(pool.map(follow, range(5)))
    assert sorted(map(str, locations)) == ["/marketplace"] + 4 * ["None"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 1
    assert count(app) == 1


def test_a_change_under_way_is_waited_for(app: Flask, sam: User):
    """Mechanism: ``with_for_update`` in ``hold``. Without it a server's reader sees what was
    before, and the sign-in that is then stored is one that the change has not ended."""
    changed, asked = Event(), Event()
    refused: list[bool] = []

    def start() -> None:
        with app.app_context():
            changed.wait()
            try:
                sign_ins.start(sam)
            except ChangedError:
                refused.append(True)
            asked.set()

    thread = Thread(target=start)
    thread.start()
    with app.app_context():
        # Looked at now and then: the server shows its waiting ones anew only after a pause.
        change_slowly(sam, changed, lambda: asked.wait(0.2) or is_waited_for())
    thread.join()
    assert refused == [True]
    assert count(app) == 0


@transaction
def change_slowly(user: User, changed: Event, until: Callable[[], bool]) -> None:
    """Change the password, and commit only when the other side has come as far as it gets."""
    passwords._store(user, user.fs_uniquifier, "hash", None)
    changed.set()
    while not until():
        pass


def is_waited_for() -> bool:
    """Whether somebody waits for a lock: on this server, or on the file of SQLite's turns."""
    if db.engine.dialect.name == "sqlite":
        return "-> FLOCK" in Path("/proc/locks").read_text()
    waiting = text("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = :state")
    with db.engine.connect() as connection:
        return bool(connection.execute(waiting, {"state": "LOCK WAIT"}).scalar())


def change(client: FlaskClient, new_password: str = NEW_PASSWORD) -> Any:
    return submit(client, "/profile/password", password=cast.PASSWORD, new_password=new_password)


def ban(app: Flask, user: User) -> None:
    with app.app_context():
        transaction(lambda: setattr(db.session.get_one(User, user.id), "active", False))()


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(SignIn)) or 0
