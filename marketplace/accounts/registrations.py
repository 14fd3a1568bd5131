"""Registering: an account is asked for here, and made by the link in the letter.

Whether an address has an account must not be told to who merely knows the address. So the request
stores the same row and asks for the same letter whether it has one or not; which letter it is, the
worker finds out. Until the link was followed there is no account that could act or sign in.
"""

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError

from marketplace.accounts import passwords, people
from marketplace.accounts.models import Registration, User
from marketplace.storage.database import db, transaction, utcnow
from marketplace.work.jobs import hourly

LIFETIME = timedelta(days=7)
TIDIED_AT_ONCE = 1000


def begin(name: str, email: str, password: str, next_page: str | None = None) -> str:
    """Keep what was typed for the one who follows the link; the link's token.

    :param next_page: where to go then, a path of this site.
    :raises InvalidError: for a value that is not accepted; ``field`` names it.
    :raises BusyError: when too many passwords are hashed at once.
    """
    token = secrets.token_urlsafe(32)
    registration = Registration(
        id=name_of(token),
        name=people.read_name(name),
        email=people.read_email(email),
        password=passwords.hashed(passwords.read_password(password)),
        next_page=next_page,
    )
    _store(registration)
    return token


def name_of(token: str) -> str:
    """The id of the registration that a link leads to. It does not lead there itself."""
    return hashlib.sha256(token.encode()).hexdigest()


def find(token: str) -> Registration | None:
    """What a link leads to; None for one that is used up, too old or no link at all."""
    return db.session.scalar(_waiting(name_of(token)))


def complete(registration: Registration) -> User | None:
    """Make the account; None when it, or another one of this address, was made meanwhile.

    All that waits for the address ends with it, so that older letters lead nowhere.
    """
    try:
        return _complete(registration.id)
    except IntegrityError:
        return None


@hourly
def tidy() -> None:
    """Remove those whose links are too old, some at a time."""
    while _remove_some(utcnow() - LIFETIME):
        pass


@transaction
def _store(registration: Registration) -> None:
    db.session.add(registration)


@transaction
def _complete(registration_id: str) -> User | None:
    """Whoever comes second finds no row, or at the same instant the address taken."""
    asked = db.session.scalar(_waiting(registration_id))
    if asked is None:
        return None
    user = User(
        name=asked.name, email=asked.email, password=asked.password, fs_uniquifier=uuid.uuid4().hex
    )
    db.session.add(user)
    db.session.flush()
    db.session.execute(delete(Registration).where(Registration.email == asked.email))
    return user


@transaction
def _remove_some(before: datetime) -> bool:
    old = select(Registration.id).where(Registration.created_at < before).limit(TIDIED_AT_ONCE)
    ids = db.session.scalars(old).all()
    db.session.execute(delete(Registration).where(Registration.id.in_(ids)))
    return len(ids) == TIDIED_AT_ONCE


def _waiting(registration_id: str) -> Select[Registration]:
    young = Registration.created_at > utcnow() - LIFETIME
    return select(Registration).where(Registration.id == registration_id, young)
