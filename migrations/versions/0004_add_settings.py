"""Add what people set for themselves, and muted conversations."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ON, OFF = sa.text("1"), sa.text("0")
SETTINGS = {
    "enter_sends": ON,
    "sound": OFF,
    "notifications": OFF,
    "shows_presence": ON,
    "shows_receipts": ON,
}


def upgrade() -> None:
    for name, default in SETTINGS.items():
        op.add_column("users", _switch(name, default))
    op.add_column("participants", _switch("muted", OFF))


def downgrade() -> None:
    op.drop_column("participants", "muted")
    for name in SETTINGS:
        op.drop_column("users", name)


def _switch(name: str, default: sa.TextClause) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=default)
