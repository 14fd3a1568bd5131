"""Starting and ending sign-ins. Who is signed in is what these rows say."""

import secrets

from sqlalchemy import bindparam, delete, select

from marketplace.accounts.models import SignIn, User
from marketplace.database import db, transaction


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
    """Who is signed in by this; None once it has ended or the person is banned."""
    return db.session.scalar(_SIGNED_IN, {"sign_in_id": sign_in_id})


# Built once: each page and each message asks this, and building it costs more than running it.
_SIGNED_IN = (
    select(User)
    .join(SignIn, SignIn.user_id == User.id)
    .where(SignIn.id == bindparam("sign_in_id"), User.active)
)
