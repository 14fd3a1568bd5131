"""Count the bytes of listings' photos, so that they take room as those of messages do."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SIZES_AT_ONCE = 1000


def upgrade() -> None:
    op.add_column(
        "photos", sa.Column("size_bytes", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    _measure()


def downgrade() -> None:
    op.drop_column("photos", "size_bytes")


def _measure() -> None:
    """What is there already counts by its files; one whose files are gone takes no room."""
    photos = sa.table("photos", sa.column("id"), sa.column("name"), sa.column("size_bytes"))
    folder = Path(current_app.config["UPLOAD_FOLDER"]) / "photos"
    sizes = [
        {"photo": photo.id, "size": _size(folder, photo.name)}
        for photo in op.get_bind().execute(sa.select(photos.c.id, photos.c.name))
    ]
    measured = sa.update(photos).where(photos.c.id == sa.bindparam("photo"))
    for start in range(0, len(sizes), SIZES_AT_ONCE):
        op.get_bind().execute(
            measured.values(size_bytes=sa.bindparam("size")), sizes[start : start + SIZES_AT_ONCE]
        )


def _size(folder: Path, name: str) -> int:
    paths = [folder / f"{name}{size}.jpg" for size in ("", "-thumb")]
    return sum(path.stat().st_size for path in paths if path.is_file())
