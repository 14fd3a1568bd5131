"""Say of each place from which message on the conversation is there for them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    all_of_it = sa.Column("first_seq", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    op.add_column("participants", all_of_it)


def downgrade() -> None:
    op.drop_column("participants", "first_seq")
