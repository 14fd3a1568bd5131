"""Pictures on their way into a message: uploaded, and removed when nobody sends them."""

from datetime import datetime, timedelta
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from marketplace.accounts import picture_room
from marketplace.accounts.models import User
from marketplace.messaging.attachments.pictures import AttachmentItem, files
from marketplace.messaging.models import Attachment
from marketplace.storage.database import after_commit, db, transaction, utcnow
from marketplace.storage.files import SavedPicture
from marketplace.storage.images import Picture
from marketplace.texts.errors import InvalidError
from marketplace.work.jobs import hourly

COUNT_MAX = 40
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


def check_room(owner: User) -> None:
    """Look before a picture is decoded whether there is any room for it.

    :raises InvalidError: as :func:`upload`.
    """
    picture_room.check(owner, field="file")
    _check_count(owner)


@transaction
def _store(owner: User, saved: SavedPicture) -> None:
    picture_room.hold(owner)
    picture_room.check(owner, saved.size_bytes, field="file")
    _check_count(owner)
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


def _check_count(owner: User) -> None:
    waits = (Attachment.owner_id == owner.id, Attachment.conversation_id.is_(None))
    unsent = db.session.scalar(select(func.count()).where(*waits)) or 0
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
