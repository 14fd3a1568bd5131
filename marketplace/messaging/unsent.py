"""Pictures on their way into a message: uploaded, and removed when nobody sends them."""

from datetime import datetime, timedelta
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import case, delete, func, select

from marketplace.accounts.models import User
from marketplace.database import after_commit, db, transaction, utcnow
from marketplace.errors import InvalidError
from marketplace.images import Picture
from marketplace.jobs import hourly
from marketplace.messaging.attachments import AttachmentItem, files
from marketplace.messaging.models import Attachment
from marketplace.uploads import SavedPicture

COUNT_MAX = 40
QUOTA_BYTES = 200 * 1024 * 1024  # of one person, sent and unsent, in both sizes
KEPT = timedelta(hours=24)
TIDIED_AT_ONCE = 200


def upload(owner: User, picture: Picture) -> AttachmentItem:
    """Keep a picture for a message that is not sent yet. Until then only its owner sees it.

    :raises InvalidError: when this person's pictures take up all the room there is for them, or
        too many of them wait to be sent.
    """
    with files.saved([picture]) as (saved,):
        _store(owner, saved)
        return AttachmentItem(saved.name, saved.width, saved.height)


@transaction
def _store(owner: User, saved: SavedPicture) -> None:
    _check_room(owner, saved.size_bytes)
    # Not add(): a unit that is repeated after a lost commit may find its row there.
    db.session.merge(
        Attachment(
            id=saved.name,
            owner_id=owner.id,
            width=saved.width,
            height=saved.height,
            size_bytes=saved.size_bytes,
        )
    )


def _check_room(owner: User, size_bytes: int) -> None:
    """Holds the owner's row, so that uploads at one instant count as in turn."""
    db.session.execute(select(User.id).where(User.id == owner.id).with_for_update())
    taken, unsent = db.session.execute(
        select(
            func.coalesce(func.sum(Attachment.size_bytes), 0),
            func.count(case((Attachment.conversation_id.is_(None), 1))),
        ).where(Attachment.owner_id == owner.id)
    ).one()
    if taken + size_bytes > QUOTA_BYTES:
        raise InvalidError(
            _(
                "Your photos take up all the room there is for them: %(limit)s MB.",
                limit=QUOTA_BYTES // 1024**2,
            ),
            field="file",
        )
    if unsent >= COUNT_MAX:
        raise InvalidError(
            _(
                "%(number)s of your photos wait to be sent. Please send those first.",
                number=unsent,
            ),
            field="file",
        )


@hourly
def tidy() -> None:
    """Remove pictures that were uploaded a day ago and never sent, some at a time."""
    while _remove_some(utcnow() - KEPT):
        pass


@transaction
def _remove_some(before: datetime) -> bool:
    """Files go after the commit: a row must never name one that is not there."""
    ids = db.session.scalars(
        select(Attachment.id)
        .where(Attachment.conversation_id.is_(None), Attachment.created_at < before)
        .limit(TIDIED_AT_ONCE)
        .with_for_update()
    ).all()
    db.session.execute(delete(Attachment).where(Attachment.id.in_(ids)))
    for each in ids:
        after_commit(partial(files.discard, each))
    return bool(ids)
