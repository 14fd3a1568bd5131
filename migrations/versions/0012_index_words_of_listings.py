"""Index the words of listings, in place of a text that each search goes through."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from marketplace.catalogue.search import rows
from marketplace.catalogue.words import words_of
from marketplace.texts.folding import fold

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(20).with_variant(mysql.VARCHAR(20, collation="utf8mb4_bin"), "mysql", "mariadb")
SEARCH_TEXT_MAX_LENGTH = 15_000
AT_ONCE = 500


def upgrade() -> None:
    words = op.create_table(
        "listing_words",
        sa.Column("stem", WORD, nullable=False),
        sa.Column("listing_id", BIG_NUMBER, nullable=False),
        sa.Column("word", WORD, nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("stem", "listing_id", "word"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_listing_words_word", "listing_words", ["word", "listing_id"])
    op.create_index("ix_listing_words_listing_id", "listing_words", ["listing_id"])
    for some in _listings():
        # By the rule that is in force: it is an index, and no text that somebody wrote.
        entries = [
            entry
            for each in some
            if each.status != "withdrawn"
            for entry in rows(each.id, words_of(each.title, each.description))
        ]
        if entries:
            op.get_bind().execute(sa.insert(words), entries)
    op.drop_column("listings", "search_text")


def downgrade() -> None:
    op.drop_table("listing_words")
    default = sa.text("''") if op.get_bind().dialect.name == "sqlite" else None
    op.add_column(
        "listings", sa.Column("search_text", sa.Text(), nullable=False, server_default=default)
    )
    listings = sa.table("listings", sa.column("id"), sa.column("search_text"))
    change = sa.update(listings).where(listings.c.id == sa.bindparam("listing"))
    for some in _listings():
        texts = [
            {
                "listing": each.id,
                "text": fold(f"{each.title} {each.description}")[:SEARCH_TEXT_MAX_LENGTH],
            }
            for each in some
        ]
        op.get_bind().execute(change.values(search_text=sa.bindparam("text")), texts)


def _listings() -> Iterator[Sequence[Any]]:
    """All of them, some at a time."""
    columns = map(sa.column, ("id", "title", "description", "status"))
    listings = sa.table("listings", *columns)
    statement = sa.select(listings).order_by(listings.c.id).limit(AT_ONCE)
    last = 0
    while some := op.get_bind().execute(statement.where(listings.c.id > last)).all():
        yield some
        last = some[-1].id
