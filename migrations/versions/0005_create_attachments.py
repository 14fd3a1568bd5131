"""Create attachments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=3), "mysql", "mariadb")
TABLE = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_unicode_520_ci",
}


def upgrade() -> None:
    op.add_column(
        "messages",
        sa.Column("attachment_count", sa.Integer(), nullable=False, server_default=sa.text("0")),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(43), nullable=False),
        sa.Column("owner_id", BIG_ID, nullable=False),
        sa.Column("conversation_id", BIG_ID, nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_attachments_owner_id"),
        sa.ForeignKeyConstraint(
            ["conversation_id", "seq"],
            ["messages.conversation_id", "messages.seq"],
            name="fk_attachments_conversation_id_seq",
        ),
        **TABLE,
    )
    op.create_index("ix_attachments_message", "attachments", ["conversation_id", "seq"])
    op.create_index("ix_attachments_owner", "attachments", ["owner_id", "created_at"])


def downgrade() -> None:
    op.drop_table("attachments")
    op.drop_column("messages", "attachment_count")
