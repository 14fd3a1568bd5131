"""What every test can ask for: both databases, the application on each, and the cast."""

import os
import pwd
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from pytest_mysql import factories
from sqlalchemy import delete

from config import Settings
from marketplace import FEATURES, Feature, create_app
from marketplace.accounts.models import User
from marketplace.operations.overload import Processor
from marketplace.storage.database import Base, db
from tests import cast
from tests.databases import Database, MariaDB, SQLite
from tests.servers import Server

pytest_plugins = (
    "tests.plugins.no_skips",
    "tests.plugins.side_by_side",
    "tests.plugins.table_of_runs",
)

CHEAP_HASH = {
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__rounds": 1,
        "argon2__memory_cost": 8,
        "argon2__parallelism": 1,
    }
}

mariadb_process = factories.mysql_proc(
    mysqld_exec=Path("/usr/sbin/mariadbd"),
    mysqld_safe=Path("/usr/bin/mariadbd-safe --no-defaults"),  # must come first
    admin_executable="/usr/bin/mariadb-admin",
    install_db="/usr/bin/mariadb-install-db",
    user=pwd.getpwuid(os.geteuid()).pw_name,
    params="--bind-address=127.0.0.1 --max-connections=400",
)


def need(program: str) -> None:
    """Skip a test whose real counterpart is not on this machine."""
    if not shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/usr/bin"):
        pytest.skip(f"{program} is not installed")


@pytest.fixture(scope="session", autouse=True)
def not_as_busy_as_it_looks() -> Iterator[None]:
    """The tests themselves keep this process busy; that is no overload of the application."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Processor, "shares", lambda _processor: (0.0, 0.0))
        yield


@pytest.fixture(scope="session", params=["sqlite", "mariadb"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A database server or folder; each ``create()`` makes an empty database in it."""
    if request.param == "sqlite":
        return SQLite(tmp_path_factory.mktemp("sqlite"))
    need("mariadbd")
    return MariaDB(request.getfixturevalue("mariadb_process"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the core's tests run where a feature above messaging is taken out."""
    parser.addoption("--without", action="append", default=[], help="a feature, such as demo")


@pytest.fixture(scope="session")
def features(request: pytest.FixtureRequest) -> list[Feature]:
    """What the application has above messaging."""
    left_out = {f"marketplace.{name}" for name in request.config.getoption("--without")}
    return [each for each in FEATURES if each.__name__ not in left_out]


@pytest.fixture(scope="session")
def app(
    database: Database, features: list[Feature], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application on a migrated database, made once; every test leaves it empty."""
    settings = Settings.from_environment(
        {
            "DATABASE_URL": database.create(),
            "INSTANCE_PATH": str(tmp_path_factory.mktemp("instance")),
            "RATELIMIT_ENABLED": "false",
        }
    )
    app = create_app(settings, {"TESTING": True, **CHEAP_HASH}, features)
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
        app.extensions["reader"].dispose()


@pytest.fixture(autouse=True)
def empty_tables(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing a test stored is there for the next one."""
    yield
    if "app" in request.fixturenames:
        app: Flask = request.getfixturevalue("app")
        with app.app_context(), db.engine.begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(delete(table))


@pytest.fixture
def app_context(app: Flask) -> Iterator[None]:
    """For tests of verbs. A test that sends requests must not hold one: it would be shared."""
    with app.app_context():
        yield


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in. CSRF is on, as in life: see ``cast.token``."""
    return app.test_client()


@pytest.fixture
def sam(app: Flask) -> User:
    """Sam sells."""
    return cast.person(app, "Sam")


@pytest.fixture
def bea(app: Flask) -> User:
    """Bea buys."""
    return cast.person(app, "Bea")


@pytest.fixture
def olly(app: Flask) -> User:
    """Olly is the outsider."""
    return cast.person(app, "Olly")


@pytest.fixture
def as_sam(app: Flask, sam: User) -> FlaskClient:
    """Sam's browser."""
    return cast.browser_of(app, sam)


@pytest.fixture
def as_bea(app: Flask, bea: User) -> FlaskClient:
    """Bea's browser."""
    return cast.browser_of(app, bea)


@pytest.fixture
def as_olly(app: Flask, olly: User) -> FlaskClient:
    """Olly's browser."""
    return cast.browser_of(app, olly)


@pytest.fixture
def bicycle(app: Flask, sam: User) -> int:
    """The id of the bicycle that Sam sells."""
    return cast.listing(app, sam, "Red bicycle")


@pytest.fixture
def server(database: Database, tmp_path: Path) -> Iterator[Server]:
    """The site as it is served: gunicorn on a free port, with an empty database of its own."""
    with Server(database.create(), tmp_path / "instance") as running:
        yield running
