"""Starting and ending sign-ins. Who is signed in is what these rows say."""

import secrets

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import make_transient_to_detached

from marketplace.accounts.models import SignIn, User
from marketplace.database import db, reader, transaction
from marketplace.lookups import Lookup


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

    Each page and each message asks this, so that it goes past the ORM, which took a seventh of
    what sending took. The session gets the row as one it had loaded itself, with what pages are
    made of; the rest (the address, the password's hash) it fetches for who asks.
    """
    found = _SIGNED_IN.rows(reader(), sign_in_id=sign_in_id)
    if not found:
        return None
    user = User(**found[0]._asdict())
    make_transient_to_detached(user)
    return db.session.merge(user, load=False)


_SIGNED_IN = Lookup(
    select(
        User.id,
        User.name,
        User.active,
        User.locale,
        User.enter_sends,
        User.sound,
        User.notifications,
    )
    .join(SignIn, SignIn.user_id == User.id)
    .where(SignIn.id == bindparam("sign_in_id"), User.active)
)
