"""Starting and ending sign-ins. Who is signed in is what these rows say."""

import secrets

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.accounts.models import SignIn, User
from marketplace.database import db, reader, transaction
from marketplace.statements import Lookup


@transaction
def start(user: User) -> SignIn:
    """Begin a sign-in of this person in one more browser."""
    sign_in = SignIn(id=secrets.token_urlsafe(32), user_id=user.id)
    db.session.add(sign_in)
    return sign_in


@transaction
def end(sign_in_id: str) -> None:
    """End one. Ending it again does nothing."""
    db.session.execute(delete(SignIn).where(SignIn.id == sign_in_id))


@transaction
def end_all(user: User, *, but: str | None = None) -> None:
    """End all of this person's, except the one named."""
    ended = delete(SignIn).where(SignIn.user_id == user.id)
    if but is not None:
        ended = ended.where(SignIn.id != but)
    db.session.execute(ended)


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


_SIGNED_IN = Lookup(
    select(
        User.id,
        User.name,
        User.active,
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
