"""Which migration the database is at, and which it should be."""

import functools

from sqlalchemy import Connection

from config import ROOT

MIGRATIONS = ROOT / "migrations"


@functools.cache
def wanted_version() -> str:
    """The newest migration's number, which its file's name begins with.

    Alembic says the same, but to load it is a tenth of the start.
    """
    return max(path.name.partition("_")[0] for path in MIGRATIONS.glob("versions/[0-9]*.py"))


def stored_version(connection: Connection) -> str | None:
    """The last migration that was run here, None before the first. Read from a real table, which
    tells more than ``SELECT 1``."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    version: str | None = connection.exec_driver_sql(
        "SELECT version_num FROM alembic_version"
    ).scalar()
    return version
