"""Let many take part in a conversation: titles, invitations, and conversations that are blocked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=3), "mysql", "mariadb")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_unicode_520_ci",
}


def upgrade() -> None:
    op.add_column("conversations", sa.Column("title", sa.String(80), nullable=True))
    op.add_column("conversations", sa.Column("blocked_at", MOMENT, nullable=True))
    op.add_column("conversations", sa.Column("blocked_by_id", BIG_ID, nullable=True))
    op.create_table(
        "invitations",
        sa.Column("conversation_id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("invited_by_id", BIG_ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "user_id", name="pk_invitations"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_invitations_conversation_id"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_invitations_user_id"),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["users.id"], name="fk_invitations_invited_by_id"
        ),
        **TABLE,
    )
    op.create_index("ix_invitations_user_id", "invitations", ["user_id"])


def downgrade() -> None:
    """Groups are gone with it: the code before knows of conversations about listings only."""
    groups = "SELECT id FROM conversations WHERE kind = 'group'"
    op.drop_table("invitations")
    for table in ("attachments", "reports", "messages", "participants"):
        op.execute(f"DELETE FROM {table} WHERE conversation_id IN ({groups})")  # noqa: S608
    op.execute("DELETE FROM conversations WHERE kind = 'group'")
    for column in ("blocked_by_id", "blocked_at", "title"):
        op.drop_column("conversations", column)
