"""A copy made while people write brings back one whole moment, and the site goes on from it."""

import shutil
import stat
import subprocess
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, make_url, text

from config import Settings
from marketplace import create_app
from marketplace.accounts.models import User
from marketplace.messaging import conversations, messages
from marketplace.storage.database import db
from tests import cast
from tests.conftest import CHEAP_HASH
from tests.databases import Database

WRITTEN_BEFORE, WRITTEN_AFTER = 5, 20


@contextmanager
def opened(url: str, instance: Path) -> Iterator[Flask]:
    """The application on a database."""
    settings = Settings.from_environment({"DATABASE_URL": url, "INSTANCE_PATH": str(instance)})
    app = create_app(settings, overrides=CHEAP_HASH)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
        app.extensions["reader"].dispose()


@pytest.fixture
def used(database: Database, tmp_path: Path) -> Iterator[Flask]:
    """An application of its own, whose database may be replaced."""
    with opened(database.create(), tmp_path / "instance") as app:
        with app.app_context():
            upgrade()
        yield app


@pytest.fixture
def bea(used: Flask) -> User:
    """Bea buys."""
    return cast.person(used, "Bea")


@pytest.fixture
def asked(used: Flask, bea: User) -> int:
    """Bea's conversation with Sam."""
    bicycle = cast.listing(used, cast.person(used, "Sam"), "Red bicycle")
    with used.app_context():
        conversation = conversations.open_about(bea, bicycle)
    send(used, bea, conversation, WRITTEN_BEFORE)
    return conversation


def send(app: Flask, sender: User, conversation: int, count: int) -> None:
    """Some messages, one after the other."""
    for _ in range(count):
        with app.app_context():
            messages.send(sender, conversation, "Hello", uuid.uuid4().hex)


def copy(app: Flask, file: Path) -> None:
    """As docs/operations.md says."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite":
        result = app.test_cli_runner().invoke(args=["backup", str(file)])
        assert result.exit_code == 0, result.output
        return
    dump = ["mariadb-dump", "--single-transaction", "--quick", *login(app), str(url.database)]
    with file.open("wb") as out:
        subprocess.run([dump[0], "--no-defaults", *dump[1:]], check=True, stdout=out)


def restored(app: Flask, file: Path, database: Database) -> str:
    """The copy as a database of its own, as on a new machine; its address."""
    new = database.create()
    name = str(make_url(new).database)
    if new.startswith("sqlite"):
        shutil.copy(file, name)
        return new
    with file.open("rb") as dump:
        subprocess.run(["mariadb", "--no-defaults", *login(app), name], check=True, stdin=dump)
    return new


def login(app: Flask) -> list[str]:
    """For MariaDB's programs."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    return ["-h127.0.0.1", f"-P{url.port}", f"-u{url.username}", f"-p{url.password}"]


def places_in(url: str) -> list[int]:
    """What stands in the only conversation."""
    engine = create_engine(url)
    with engine.connect() as connection:
        places = connection.scalars(text("SELECT seq FROM messages ORDER BY seq")).all()
        (last,) = connection.scalars(text("SELECT seq FROM conversations")).all()
    engine.dispose()
    assert last == len(places), "the counter and the messages are of one moment"
    return list(places)


def test_a_copy_made_while_people_write_is_one_whole_moment(
    used: Flask, bea: User, asked: int, database: Database, tmp_path: Path
):
    writing = threading.Thread(target=send, args=(used, bea, asked, WRITTEN_AFTER))
    writing.start()
    copy(used, tmp_path / "copy")
    writing.join()
    places = places_in(restored(used, tmp_path / "copy", database))
    assert places == list(range(1, len(places) + 1))
    assert WRITTEN_BEFORE <= len(places) <= WRITTEN_BEFORE + WRITTEN_AFTER


def test_the_site_goes_on_from_an_older_copy_and_open_pages_load_afresh(
    used: Flask, bea: User, asked: int, database: Database, tmp_path: Path
):
    copy(used, tmp_path / "copy")
    send(used, bea, asked, 1)
    cursor = cast.browser_of(used, bea).get(f"/messages/{asked}/poll").get_json()["cursor"]

    with opened(restored(used, tmp_path / "copy", database), tmp_path / "instance") as app:
        page = cast.browser_of(app, bea)
        assert page.get("/readyz").status_code == 200
        told = page.get(f"/messages/{asked}/poll?after={cursor}").get_json()
        assert told["reset"] is True
        afresh = page.get(f"/messages/{asked}/poll").get_json()
        assert [message["seq"] for message in afresh["messages"]] == [1, 2, 3, 4, 5]
        send(app, bea, asked, 1)
        assert places_in(app.config["SQLALCHEMY_DATABASE_URI"]) == [1, 2, 3, 4, 5, 6]


on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")


@on_sqlite
def test_a_copy_is_one_file_that_only_its_owner_reads(used: Flask, asked: int, tmp_path: Path):
    folder = tmp_path / "copies"
    folder.mkdir()
    copy(used, folder / "copy")
    assert [path.name for path in folder.iterdir()] == ["copy"]
    assert stat.S_IMODE((folder / "copy").stat().st_mode) == 0o600


@on_sqlite
def test_a_copy_that_fails_leaves_the_last_one_alone(
    used: Flask, asked: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "copy"
    file.write_text("the last one")
    url = make_url(used.config["SQLALCHEMY_DATABASE_URI"])
    with used.app_context():
        db.engine.dispose()
    with Path(str(url.database)).open("r+b") as damaged:
        damaged.write(b"no database")
    result = used.test_cli_runner().invoke(args=["backup", str(file)])
    assert result.exit_code == 1
    assert "could not be copied" in result.output
    assert file.read_text() == "the last one"
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("database", ["mariadb"], indirect=True, scope="session")
def test_the_command_says_what_copies_mariadb(used: Flask, tmp_path: Path):
    result = used.test_cli_runner().invoke(args=["backup", str(tmp_path / "copy")])
    assert result.exit_code == 1
    assert "mariadb-dump --single-transaction" in result.output
    assert not (tmp_path / "copy").exists()


def test_before_there_is_a_database_there_is_no_copy(tmp_path: Path):
    with opened(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "instance") as app:
        result = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "copy")])
    assert result.exit_code == 1
    assert "no database yet" in result.output
