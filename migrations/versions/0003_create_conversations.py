"""Create conversations, their participants and messages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=3), "mysql", "mariadb")
CLIENT_ID = sa.String(64).with_variant(
    mysql.VARCHAR(64, charset="ascii", collation="ascii_bin"), "mysql", "mariadb"
)
TABLE = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_unicode_520_ci",
}


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("listing_id", BIG_ID, nullable=True),
        sa.Column("buyer_id", BIG_ID, nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name="fk_conversations_listing_id"
        ),
        sa.ForeignKeyConstraint(["buyer_id"], ["users.id"], name="fk_conversations_buyer_id"),
        sa.UniqueConstraint("listing_id", "buyer_id", name="uq_conversations_listing_id_buyer_id"),
        **TABLE,
    )
    op.create_table(
        "participants",
        sa.Column("conversation_id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("read_seq", sa.BigInteger(), nullable=False),
        sa.Column("receipt_seq", sa.BigInteger(), nullable=False),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("last_activity_at", MOMENT, nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("typing_until", MOMENT, nullable=True),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("conversation_id", "user_id", name="pk_participants"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_participants_conversation_id"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_participants_user_id"),
        **TABLE,
    )
    op.create_index(
        "ix_participants_inbox", "participants", ["user_id", "archived", "last_activity_at"]
    )
    op.create_index("ix_participants_unread", "participants", ["user_id", "archived", "unread"])
    op.create_table(
        "messages",
        sa.Column("conversation_id", BIG_ID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sender_id", BIG_ID, nullable=False),
        sa.Column("client_id", CLIENT_ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.BigInteger(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("edited_at", MOMENT, nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name="pk_messages"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_messages_conversation_id"
        ),
        sa.ForeignKeyConstraint(["sender_id"], ["users.id"], name="fk_messages_sender_id"),
        sa.UniqueConstraint(
            "conversation_id",
            "sender_id",
            "client_id",
            name="uq_messages_conversation_id_sender_id_client_id",
        ),
        **TABLE,
    )
    op.create_index("ix_messages_version", "messages", ["conversation_id", "version"])


def downgrade() -> None:
    op.drop_table("messages")
    op.drop_table("participants")
    op.drop_table("conversations")
