"""Count the edits of listings and profiles, so that an old page takes back none in silence."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("listings", "users")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(
            table, sa.Column("version", BIG_NUMBER, nullable=False, server_default=sa.text("1"))
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "version")
