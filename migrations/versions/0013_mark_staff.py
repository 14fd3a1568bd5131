"""Say who of the people runs the site."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    nobody = sa.Column("is_staff", sa.Boolean(), nullable=False, server_default=sa.text("0"))
    op.add_column("users", nobody)


def downgrade() -> None:
    op.drop_column("users", "is_staff")
