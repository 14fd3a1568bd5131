"""Those who run the site. They carry a mark beside their name, and may have a reserved one.

Only the operator says who they are, by ``flask --app wsgi staff``: no page and no request can.
"""

from flask_babel import gettext as _

from marketplace.accounts import deceiving, people
from marketplace.accounts.models import User
from marketplace.storage.database import db, transaction
from marketplace.texts.errors import InvalidError, NotFoundError


@transaction
def add(email: str, name: str | None = None) -> User:
    """Give somebody the mark, and a new name if one is given.

    :raises NotFoundError: when nobody has this address.
    :raises InvalidError: for a name that staff cannot have either.
    """
    return _set(email, name, is_staff=True)


@transaction
def remove(email: str, name: str | None = None) -> User:
    """Take the mark from somebody, whose name must then be one that anybody can have.

    :raises NotFoundError: when nobody has this address.
    :raises InvalidError: when the name, theirs or the one given, is reserved.
    """
    return _set(email, name, is_staff=False)


def _set(email: str, name: str | None, *, is_staff: bool) -> User:
    user = people.find_by_email(email)
    if user is None:
        raise NotFoundError(_("Nobody has an account with this address."))
    db.session.refresh(user, with_for_update=True)
    user.is_staff = is_staff
    if name is not None:
        user.name = people.read_name(name, user)
    if not is_staff and deceiving.is_reserved(user.name):
        raise InvalidError(_("Their name is kept for staff: give them another one."), field="name")
    user.version += 1
    return user
