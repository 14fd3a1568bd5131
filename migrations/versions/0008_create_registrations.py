"""Create registrations, and say of sign-ins where and when they were last used."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=3), "mysql", "mariadb")
TABLE = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_unicode_520_ci",
}


def upgrade() -> None:
    op.create_table(
        "registrations",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("password", sa.String(255), nullable=False),
        sa.Column("next_page", sa.String(2000), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registrations"),
        **TABLE,
    )
    op.create_index("ix_registrations_email", "registrations", ["email"])
    op.create_index("ix_registrations_created_at", "registrations", ["created_at"])
    op.add_column(
        "sign_ins", sa.Column("browser", sa.String(40), nullable=False, server_default="")
    )
    op.add_column("sign_ins", sa.Column("last_used_at", MOMENT, nullable=True))
    op.execute("UPDATE sign_ins SET last_used_at = created_at")
    with op.batch_alter_table("sign_ins") as table:
        table.alter_column("last_used_at", existing_type=MOMENT, nullable=False)
    op.create_index("ix_sign_ins_last_used_at", "sign_ins", ["last_used_at"])


def downgrade() -> None:
    op.drop_index("ix_sign_ins_last_used_at", "sign_ins")
    op.drop_column("sign_ins", "last_used_at")
    op.drop_column("sign_ins", "browser")
    op.drop_table("registrations")
