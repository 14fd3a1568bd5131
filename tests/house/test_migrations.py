"""Migrations run up and down with data, and their end is what the models say."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from config import Settings
from marketplace import create_app
from marketplace.catalogue.listings import PAGE_SIZE, browse
from marketplace.catalogue.models import Status
from marketplace.storage.database import Base, UTCDateTime, db
from tests.databases import Database
from tests.servers import ROOT


@pytest.fixture
def empty(database: Database, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without a table."""
    settings = Settings.from_environment(
        {"DATABASE_URL": database.create(), "INSTANCE_PATH": str(tmp_path)}
    )
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
        app.extensions["reader"].dispose()


def fill() -> None:
    """One row in every table, in every column."""
    with db.engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            row = {column.name: a_value(column) for column in table.columns}
            connection.execute(sa.insert(table).values(row))


def a_value(column: sa.Column[Any]) -> Any:
    if isinstance(column.type, sa.Enum):
        assert column.type.enum_class
        return next(iter(column.type.enum_class))
    if isinstance(column.type, UTCDateTime):
        return datetime(2026, 11, 20, 7, 23, 0, 120_000, tzinfo=UTC)
    if isinstance(column.type, sa.String):
        return "Vélo 🚲" if isinstance(column.type, sa.Text) else "x"
    return column.type.python_type(1)


def contents() -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables that exist, but Alembic's own."""
    found = sa.MetaData()
    found.reflect(db.engine)
    with db.engine.connect() as connection:
        return {
            table.name: [row._asdict() for row in connection.execute(sa.select(table))]
            for table in found.sorted_tables
            if table.name != "alembic_version"
        }


def differences() -> list[Any]:
    with db.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def test_the_models_are_what_the_migrations_make(empty: Flask):
    upgrade()
    assert differences() == []


def test_a_model_without_its_migration_is_noticed(empty: Flask):
    upgrade(revision="0001")
    assert differences() != []


def test_up_down_up_with_data(empty: Flask):
    upgrade()
    fill()
    downgrade(revision="base")
    assert contents() == {}
    upgrade()
    assert differences() == []
    fill()
    assert all(len(rows) == 1 for rows in contents().values())


def test_the_newest_migration_taken_back_keeps_what_older_ones_made(empty: Flask):
    upgrade()
    fill()
    before = contents()
    downgrade(revision="-1")
    older = contents()
    upgrade()
    after = contents()
    assert older
    for table in older:
        (old,), (then,), (now,) = older[table], before[table], after[table]
        kept = old.keys() & then.keys()
        assert {name: then[name] for name in kept} == {name: now[name] for name in kept}, table


def test_the_migrations_are_one_line_of_numbers():
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert revisions == [f"{number:04d}" for number in range(len(revisions), 0, -1)]


def test_every_migration_says_what_it_does_and_how_to_take_it_back():
    for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions():
        assert script.doc
        assert callable(script.module.downgrade)


def test_blocks_of_before_keep_todays_names(empty: Flask):
    upgrade()
    with db.engine.begin() as connection:
        tables = Base.metadata.tables
        for number, name in ((1, "Sam"), (2, "Bea")):
            person = {column.name: a_value(column) for column in tables["users"].columns}
            unique = {"email": name, "fs_uniquifier": name}
            row = person | {"id": number, "name": name} | unique
            connection.execute(sa.insert(tables["users"]).values(row))
        for table, values in (
            ("listings", {"seller_id": 1, "title": "Bicycle"}),
            ("conversations", {"buyer_id": 2}),
            ("blocks", {"blocker_id": 2, "blocked_id": 1}),
            ("participants", {"user_id": 1}),
            ("participants", {"user_id": 2}),
        ):
            row = {column.name: a_value(column) for column in tables[table].columns}
            connection.execute(sa.insert(tables[table]).values(row | values))
    downgrade(revision="0009")
    upgrade()
    kept = sa.select(sa.column("user_id"), sa.column("other_name"), sa.column("listing_title"))
    with db.engine.connect() as connection:
        rows = connection.execute(kept.select_from(sa.table("participants")).order_by("user_id"))
        assert rows.all() == [(1, "Bea", None), (2, "Sam", "Bicycle")]


def test_listings_of_before_are_found_by_their_words_and_have_their_text_back(empty: Flask):
    last = 503  # three more than are done at once
    upgrade()
    tables = Base.metadata.tables
    with db.engine.begin() as connection:
        person = {column.name: a_value(column) for column in tables["users"].columns}
        connection.execute(sa.insert(tables["users"]).values(person))
        row = {column.name: a_value(column) for column in tables["listings"].columns}
        stored = [row | {"id": number, "title": f"No. {number}"} for number in range(1, last + 1)]
        stored[-2]["status"] = Status.WITHDRAWN
        connection.execute(sa.insert(tables["listings"]), stored)
    downgrade(revision="0011")
    texts = sa.select(sa.column("search_text")).select_from(sa.table("listings"))
    with db.engine.connect() as connection:
        found = connection.scalars(texts.order_by(sa.column("id"))).all()
    assert found == [f"no. {number} velo 🚲" for number in range(1, last + 1)]
    upgrade()
    for query in ("velo", "🚲", "no velo"):
        newest = [listing.id for listing in browse(query).listings]
        assert newest == [last, *range(last - 2, last - 1 - PAGE_SIZE, -1)]
    assert [listing.id for listing in browse("1").listings] == [1]
