"""Who moderates. Only the operator says so, by ``flask --app wsgi moderator``."""

from flask_babel import gettext as _

from marketplace.accounts import people
from marketplace.accounts.models import User
from marketplace.moderation.models import Moderator
from marketplace.storage.database import db, transaction
from marketplace.texts.errors import NotFoundError


@transaction
def add(email: str, *, is_administrator: bool = False) -> User:
    """Let somebody decide on reports.

    :raises NotFoundError: when nobody has this address.
    """
    user = _find(email)
    db.session.merge(Moderator(user_id=user.id, is_administrator=is_administrator))
    return user


@transaction
def remove(email: str) -> User:
    """Take that back; what they did stays on record.

    :raises NotFoundError: when nobody has this address.
    """
    user = _find(email)
    found = db.session.get(Moderator, user.id)
    if found is not None:
        db.session.delete(found)
    return user


def is_moderator(user: User) -> bool:
    """Whether they decide on reports."""
    return db.session.get(Moderator, user.id, populate_existing=True) is not None


def is_administrator(user: User) -> bool:
    """Whether they read what was looked at and done."""
    found = db.session.get(Moderator, user.id, populate_existing=True)
    return found is not None and found.is_administrator


def check(user: User) -> None:
    """Let a moderator in.

    :raises NotFoundError: for anybody else: there is nothing here for them.
    """
    if not is_moderator(user):
        raise NotFoundError


def check_administrator(user: User) -> None:
    """Let an administrator in.

    :raises NotFoundError: for anybody else.
    """
    if not is_administrator(user):
        raise NotFoundError


def _find(email: str) -> User:
    user = people.find_by_email(email)
    if user is None:
        raise NotFoundError(_("Nobody has an account with this address."))
    return user
