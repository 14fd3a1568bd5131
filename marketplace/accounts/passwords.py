"""Passwords: told right from wrong, changed, and chosen anew by a link.

Hashing takes its time on purpose, so none is done inside a unit of work: on SQLite every
message would wait for it. And only so many threads of a process hash or wait to, so that
others are left to read and to write messages however many people sign in at once.
"""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _
from flask_security import check_and_get_token_status, hash_password, verify_password
from sqlalchemy import select, update

from marketplace.accounts import sign_ins
from marketplace.accounts.models import User
from marketplace.accounts.sign_ins import ChangedError
from marketplace.storage.database import db, transaction
from marketplace.texts.errors import BusyError, InvalidError

MIN_LENGTH = 8
MAX_LENGTH = 128
LINK_LIFETIME = timedelta(days=1)
AT_ONCE = 2  # threads of a process that hash
WAITING = 3  # … and that wait to; gunicorn.conf.py has 8 in all

_hashing = threading.BoundedSemaphore(AT_ONCE)
_let_in = threading.BoundedSemaphore(AT_ONCE + WAITING)


def is_right(user: User, password: str) -> bool:
    """Whether this is the person's password now.

    :raises BusyError: when too many are asked at once.
    """
    return matches(user.password, password)


def matches(password_hash: str, password: str) -> bool:
    """Whether this hash was made of this password.

    :raises BusyError: when too many are asked at once.
    """
    with _turn():
        is_same: bool = verify_password(_normal(password[:MAX_LENGTH]), password_hash)
    return is_same and len(password) <= MAX_LENGTH


def keep_up(user: User, password: str) -> None:
    """Have a hash of older settings made anew, if this is still the person's password.

    :raises BusyError: when too many are made at once.
    """
    known_as, stored = user.fs_uniquifier, user.password
    context = current_app.extensions["security"].pwd_context
    if context.needs_update(stored) and matches(stored, password):
        with suppress(ChangedError):
            _store_hash(user.id, known_as, hashed(password))


def change(user: User, password: str, *, but: str | None) -> None:
    """Give a new password, and end all sign-ins and reset links except the sign-in ``but``.

    :raises InvalidError: for a password that is not accepted.
    :raises ChangedError: when the person has a new one already, since they were looked up.
    """
    known_as = user.fs_uniquifier
    _store(user, known_as, hashed(read_password(password)), but)


def reset_token(user: User) -> str:
    """What the link to choose a new password ends in. It works once, for a day."""
    token: str = current_app.extensions["security"].reset_serializer.dumps(user.fs_uniquifier)
    return token


def find_by_reset_token(token: str) -> User | None:
    """Whose link this is; None for one that is used up, too old or no link at all."""
    expired, invalid, uniquifier = check_and_get_token_status(token, "reset", LINK_LIFETIME)
    if expired or invalid:
        return None
    return db.session.scalar(select(User).where(User.fs_uniquifier == uniquifier, User.active))


def read_password(text: str) -> str:
    """A password that may be chosen.

    :raises InvalidError: for a too short and a too long one.
    """
    if len(text) < MIN_LENGTH:
        message = _("Please take at least %(limit)s characters.", limit=MIN_LENGTH)
        raise InvalidError(message, field="password")
    if len(text) > MAX_LENGTH:
        message = _("Please keep to %(limit)s characters.", limit=MAX_LENGTH)
        raise InvalidError(message, field="password")
    return text


def hashed(password: str) -> str:
    """The hash that is stored for a password.

    :raises BusyError: when too many are made at once.
    """
    with _turn():
        password_hash: str = hash_password(_normal(password[:MAX_LENGTH]))
    return password_hash


@contextmanager
def _turn() -> Iterator[None]:
    if not _let_in.acquire(blocking=False):
        raise BusyError(_("Many people sign in at this moment. Please try again in a few seconds."))
    try:
        with _hashing:
            yield
    finally:
        _let_in.release()


@transaction
def _store(user: User, known_as: str, password_hash: str, but: str | None) -> None:
    sign_ins.hold(user.id, known_as)
    renewed = {"password": password_hash, "fs_uniquifier": uuid.uuid4().hex}
    db.session.execute(update(User).where(User.id == user.id).values(renewed))
    sign_ins.end_all(user, but=but)


@transaction
def _store_hash(user_id: int, known_as: str, password_hash: str) -> None:
    sign_ins.hold(user_id, known_as)
    db.session.execute(update(User).where(User.id == user_id).values(password=password_hash))


def _normal(password: str) -> str:
    """One form for what different keyboards type for the same characters."""
    normal: str = current_app.extensions["security"].password_util.normalize(password)
    return normal
