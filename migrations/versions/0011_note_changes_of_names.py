"""Note when somebody last changed their name: it lasts a day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=3), "mysql", "mariadb")


def upgrade() -> None:
    op.add_column("users", sa.Column("name_changed_at", MOMENT))


def downgrade() -> None:
    op.drop_column("users", "name_changed_at")
