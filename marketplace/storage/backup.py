"""A copy of the SQLite database while it is in use. MariaDB has a tool of its own for that."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext

from marketplace.storage.database import db


def init_app(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(backup)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Copy the SQLite database to FILE, as of one moment, while the site runs.

    FILE appears when the copy is whole and was checked; one that is there is replaced.
    """
    source = db.engine.url
    if source.get_backend_name() != "sqlite" or not source.database:
        raise click.ClickException(
            "This copies SQLite databases. For MariaDB: mariadb-dump --single-transaction."
        )
    if not Path(source.database).is_file():
        raise click.ClickException(f"There is no database yet: {source.database}.")
    unfinished = file.with_name(f"{file.name}.part")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(0o600)
    try:
        _copy(source.database, unfinished)
        unfinished.replace(file)
    except sqlite3.Error as error:
        raise click.ClickException(f"The database could not be copied: {error}.") from None
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(f"The database is in {file}.")


def _copy(source: str, target: Path) -> None:
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        raise click.ClickException(f"The database is damaged: {verdict}.")
    handle = os.open(target, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
