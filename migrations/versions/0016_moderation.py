"""Let moderators decide on reports, on record, and tell people what came of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=3), "mysql", "mariadb")
TABLE = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_unicode_520_ci",
}
NONE = sa.text("0")


def upgrade() -> None:
    op.add_column("reports", sa.Column("seq", sa.BigInteger(), nullable=True))
    for name in ("first_seq", "last_seq"):
        op.add_column(
            "reports", sa.Column(name, sa.BigInteger(), nullable=False, server_default=NONE)
        )
    op.execute(
        "UPDATE reports SET last_seq = (SELECT seq FROM conversations"
        " WHERE conversations.id = reports.conversation_id)"
    )
    op.create_table(
        "moderators",
        sa.Column("user_id", BIG_ID, nullable=False, autoincrement=False),
        sa.Column("is_administrator", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_moderators"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_moderators_user_id"),
        **TABLE,
    )
    op.create_table(
        "decisions",
        sa.Column("report_id", BIG_ID, nullable=False, autoincrement=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("report_id", name="pk_decisions"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_decisions_report_id"),
        **TABLE,
    )
    op.create_table(
        "moderation_records",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("moderator_id", BIG_ID, nullable=False),
        sa.Column("report_id", BIG_ID, nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_moderation_records"),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["users.id"], name="fk_moderation_records_moderator_id"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name="fk_moderation_records_report_id"
        ),
        **TABLE,
    )
    op.create_table(
        "notices",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("told", sa.String(20), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_notices_user_id"),
        **TABLE,
    )
    op.create_index("ix_notices_user_id", "notices", ["user_id"])


def downgrade() -> None:
    for table in ("notices", "moderation_records", "decisions", "moderators"):
        op.drop_table(table)
    for column in ("last_seq", "first_seq", "seq"):
        op.drop_column("reports", column)
