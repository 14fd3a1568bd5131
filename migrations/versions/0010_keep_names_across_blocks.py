"""Keep what people and listings were called when a block came between two."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NAME = sa.String(80)
TITLE = sa.String(120)
KEPT = ("other_name", "listing_title")


def upgrade() -> None:
    op.add_column("participants", sa.Column("other_name", NAME))
    op.add_column("participants", sa.Column("listing_title", TITLE))
    _keep_todays()


def downgrade() -> None:
    for name in KEPT:
        op.drop_column("participants", name)


def _keep_todays() -> None:
    """Of the blocks that stand already."""
    places = sa.table("participants", *map(sa.column, ("conversation_id", "user_id", *KEPT)))
    blocks = sa.table("blocks", sa.column("blocker_id"), sa.column("blocked_id"))
    conversations = sa.table("conversations", *map(sa.column, ("id", "listing_id", "buyer_id")))
    users = sa.table("users", sa.column("id"), sa.column("name"))
    listings = sa.table("listings", *map(sa.column, ("id", "seller_id", "title")))
    buyer, seller = users.alias(), users.alias()
    between = sa.or_(
        sa.and_(blocks.c.blocker_id == buyer.c.id, blocks.c.blocked_id == seller.c.id),
        sa.and_(blocks.c.blocker_id == seller.c.id, blocks.c.blocked_id == buyer.c.id),
    )
    blocked = (
        sa.select(
            conversations.c.id,
            buyer.c.id.label("buyer_id"),
            buyer.c.name.label("buyer_name"),
            seller.c.id.label("seller_id"),
            seller.c.name.label("seller_name"),
            listings.c.title,
        )
        .select_from(conversations)
        .join(listings, listings.c.id == conversations.c.listing_id)
        .join(buyer, buyer.c.id == conversations.c.buyer_id)
        .join(seller, seller.c.id == listings.c.seller_id)
        .join(blocks, between)
    )
    connection = op.get_bind()
    for row in connection.execute(blocked).all():
        for user_id, name, title in (
            (row.buyer_id, row.seller_name, row.title),
            (row.seller_id, row.buyer_name, None),
        ):
            connection.execute(
                sa.update(places)
                .where(places.c.conversation_id == row.id, places.c.user_id == user_id)
                .values(other_name=name, listing_title=title)
            )
