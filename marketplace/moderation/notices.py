"""What people are told about a report, on top of their inbox, until they put it away."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, exists, select

from marketplace.accounts.models import User
from marketplace.moderation.models import Notice, Told
from marketplace.storage.database import db, reader, transaction
from marketplace.storage.statements import Lookup


def tell(user_id: int, told: Told) -> None:
    """Part of the unit of work that there is something to tell of."""
    db.session.add(Notice(user_id=user_id, told=told))


def are_there(user_id: Any) -> ColumnElement[bool]:
    """The condition that there is one for somebody."""
    return exists().where(Notice.user_id == user_id)


def of(user: User) -> Sequence[Notice]:
    """What this person has not put away, the oldest first."""
    return _OF.rows(reader(), user_id=user.id)


@transaction
def put_away(user: User, notice_id: int) -> None:
    """It was read. One that is not there, or another's, is none."""
    db.session.execute(delete(Notice).where(Notice.id == notice_id, Notice.user_id == user.id))


_OF = Lookup(
    select(Notice.id, Notice.told, Notice.created_at)
    .where(Notice.user_id == bindparam("user_id"))
    .order_by(Notice.id)
)
