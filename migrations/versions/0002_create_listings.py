"""Create listings and their photos."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0002"
down_revision = "0001"
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
    op.create_table(
        "listings",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("seller_id", BIG_ID, nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("price_minor", BIG_ID, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_listings"),
        sa.ForeignKeyConstraint(["seller_id"], ["users.id"], name="fk_listings_seller_id"),
        **TABLE,
    )
    op.create_index("ix_listings_seller_id", "listings", ["seller_id", "id"])
    op.create_index("ix_listings_status", "listings", ["status", "id"])
    op.create_table(
        "photos",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("listing_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(43), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_photos"),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name="fk_photos_listing_id", ondelete="CASCADE"
        ),
        **TABLE,
    )
    op.create_index("ix_photos_listing_id", "photos", ["listing_id", "position"])


def downgrade() -> None:
    op.drop_table("photos")
    op.drop_table("listings")
