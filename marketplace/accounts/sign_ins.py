"""Starting and ending sign-ins. Who is signed in is what these rows say."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, bindparam, delete, select, update
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from config import SESSION_LIFETIME
from marketplace.accounts.models import SignIn, User
from marketplace.storage.database import db, reader, transaction, utcnow
from marketplace.storage.statements import Lookup
from marketplace.texts.errors import ConflictError
from marketplace.work.jobs import hourly

RENEWED_EVERY = timedelta(days=1)
COUNT_MAX = 50  # of one person: more browsers than anybody has, few enough to list
TIDIED_AT_ONCE = 1000


class ChangedError(ConflictError):
    """What somebody was let in by no longer holds: a new password came in between, or a ban."""


def start(user: User, browser: str = "") -> SignIn:
    """Begin a sign-in of this person, as they were when their password was looked at.

    The least lately used of theirs ends when they would have more than ``COUNT_MAX``.

    :param browser: what the list of sign-ins calls it.
    :raises ChangedError: when they have a new password since, or are banned.
    """
    return _start(user.id, user.fs_uniquifier, browser)


@transaction
def _start(user_id: int, known_as: str, browser: str) -> SignIn:
    hold(user_id, known_as)
    too_many = _ids_of(user_id).offset(COUNT_MAX - 1)
    db.session.execute(delete(SignIn).where(SignIn.id.in_(db.session.scalars(too_many).all())))
    sign_in = SignIn(id=secrets.token_urlsafe(32), user_id=user_id, browser=browser)
    db.session.add(sign_in)
    return sign_in


def hold(user_id: int, known_as: str) -> None:
    """Keep a person as they were found until the running unit of work ends.

    Who looks at a password or a link and then acts on it asks this first in the unit that acts:
    in between, that password may have been changed. Each new one renews ``fs_uniquifier``.

    :param known_as: their ``fs_uniquifier`` when they were looked up, or before that. It is
        a value and not the row's attribute, which a repeated unit would read anew.
    :raises ChangedError: when it is another one by now, or they are banned.
    """
    same_person = select(User.fs_uniquifier).where(User.id == user_id, User.active)
    if db.session.scalar(same_person.with_for_update()) != known_as:
        raise ChangedError


@transaction
def end(sign_in_id: str) -> None:
    """End one. Ending it again does nothing."""
    db.session.execute(delete(SignIn).where(SignIn.id == sign_in_id))


@transaction
def end_named(user: User, name: str) -> None:
    """End the one of this person's that :func:`name_of` calls so, if there is one."""
    for each in db.session.scalars(_ids_of(user.id)).all():
        if name_of(each) == name:
            end(each)


@transaction
def end_all(user: User, *, but: str | None = None) -> None:
    """End all of this person's, except the one named."""
    ended = delete(SignIn).where(SignIn.user_id == user.id)
    if but is not None:
        ended = ended.where(SignIn.id != but)
    db.session.execute(ended)


@transaction
def note_used(sign_in_id: str) -> None:
    """Note that one was used just now."""
    used = update(SignIn).where(SignIn.id == sign_in_id).values(last_used_at=utcnow())
    db.session.execute(used, execution_options={"synchronize_session": False})


def list_of(user: User) -> Sequence[SignIn]:
    """This person's, the last used first; at most ``COUNT_MAX``."""
    of_user = select(SignIn).where(SignIn.user_id == user.id)
    return db.session.scalars(of_user.order_by(*_NEWEST_FIRST).limit(COUNT_MAX)).all()


def name_of(sign_in_id: str) -> str:
    """What a page calls one: its id is half of what a cookie is made of, and stays here."""
    return hashlib.sha256(sign_in_id.encode()).hexdigest()[:32]


@hourly
def tidy() -> None:
    """Remove those that nobody has used for ``SESSION_LIFETIME``, some at a time."""
    while _remove_some(utcnow() - SESSION_LIFETIME):
        pass


@transaction
def _remove_some(before: datetime) -> bool:
    unused = select(SignIn.id).where(SignIn.last_used_at < before).limit(TIDIED_AT_ONCE)
    ids = db.session.scalars(unused).all()
    # Asked again: one of them may be in use this very moment.
    db.session.execute(delete(SignIn).where(SignIn.id.in_(ids), SignIn.last_used_at < before))
    return len(ids) == TIDIED_AT_ONCE


def find_user(sign_in_id: str) -> User | None:
    """Who is signed in by this; None once it has ended or the person is banned.

    Each page and each message asks this, so that it goes past the ORM, which took a fifth of
    what sending took. They come with what pages are made of and belong to no session:
    ``attach`` is for who changes them or wants the rest (the address, the password's hash).
    """
    found = _SIGNED_IN.rows(reader(), sign_in_id=sign_in_id)
    if not found:
        return None
    user = User()
    for name, value in found[0]._asdict().items():
        set_committed_value(user, name, value)
    make_transient_to_detached(user)
    return user


def attach(user: User) -> None:
    """Have the session store what is changed of the person who is signed in, and fetch what they
    did not come with. A change without it is lost in silence."""
    if user not in db.session:
        db.session.add(user)


def _ids_of(user_id: int) -> Select[str]:
    return select(SignIn.id).where(SignIn.user_id == user_id).order_by(*_NEWEST_FIRST)


_NEWEST_FIRST = SignIn.last_used_at.desc(), SignIn.created_at.desc()
_SIGNED_IN = Lookup(
    select(
        User.id,
        User.name,
        User.active,
        User.is_staff,
        User.locale,
        User.enter_sends,
        User.sound,
        User.notifications,
        User.created_at,
        User.fs_uniquifier,  # Flask-Security looks at it when somebody signs out
    )
    .join(SignIn, SignIn.user_id == User.id)
    .where(SignIn.id == bindparam("sign_in_id"), User.active)
)
