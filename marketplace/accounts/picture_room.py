"""How much room somebody's pictures take, wherever they are, and that there is an end to it.

It is counted by the rows that name the pictures, so that what is removed is given back. Each
feature that keeps pictures says how it counts its own; see :func:`counts`.
"""

from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy import ScalarSelect, select

from marketplace.accounts.models import User
from marketplace.storage.database import db
from marketplace.texts.errors import InvalidError

MB = 1024 * 1024
LIMIT_BYTES = 500 * MB  # some 1,500 photos, in both sizes

Sum = Callable[[int], ScalarSelect[int]]
_sums: list[Sum] = []


def counts(sum_of: Sum) -> Sum:
    """Count these as well: the sum of a person's bytes by their id; NULL for none."""
    _sums.append(sum_of)
    return sum_of


def hold(owner: User) -> None:
    """Until the end of this unit of work nobody else stores a picture of this person, so that
    uploads at one instant count as in turn."""
    db.session.execute(select(User.id).where(User.id == owner.id).with_for_update())


def check(owner: User, added_bytes: int = 1, *, field: str) -> None:
    """Let somebody have pictures of so many bytes more.

    :raises InvalidError: when there is no room for them, for ``field``.
    """
    taken = db.session.execute(select(*(sum_of(owner.id) for sum_of in _sums))).one()
    left = LIMIT_BYTES - sum(int(each or 0) for each in taken)
    if added_bytes > left:
        sentence = _(
            "Your photos have %(limit)s MB in all, of which %(left)s MB are left. Please remove "
            "some from your listings.",
            limit=LIMIT_BYTES // MB,
            left=f"{max(0.0, left / MB):.1f}",
        )
        raise InvalidError(sentence, field=field)
