"""People: making an account, finding one, and what its owner says about themselves."""

import math
from dataclasses import asdict, dataclass
from datetime import timedelta

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from marketplace.accounts import deceiving, passwords, sign_ins
from marketplace.accounts.models import EMAIL_MAX_LENGTH, NAME_MAX_LENGTH, User
from marketplace.storage.database import db, transaction, utcnow
from marketplace.texts import rules
from marketplace.texts.errors import InvalidError, NotFoundError, OutdatedError

ACTIVE_WITHIN = timedelta(minutes=5)
NAME_LASTS = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """What people set for themselves; the names are those of the columns."""

    enter_sends: bool
    sound: bool
    notifications: bool
    shows_presence: bool
    shows_receipts: bool


@transaction
def edit_profile(
    user: User,
    name: str,
    locale: str | None,
    preferences: Preferences,
    *,
    version: int | None = None,
) -> None:
    """Change the name, the language (None for the browser's), and what is set besides.

    Open conversation pages follow a change of presence or receipts with their next poll, which
    looks at both; the name comes with the next change there.

    :param version: of the state that this was made from; None to overwrite any.
    :raises OutdatedError: when the profile was changed meanwhile and is not like this already.
    :raises InvalidError: for a name that is not accepted, and for another one within a day.
    """
    _lock(user)
    is_old = version not in (None, user.version)
    name = read_name(name, user)
    values = {"name": name, "locale": locale, **asdict(preferences)}
    changed = {column: value for column, value in values.items() if getattr(user, column) != value}
    # Before anything is set: a refusal is told in the language that is stored.
    if is_old and changed:
        raise OutdatedError(_("Your profile was changed meanwhile."))
    if "name" in changed:
        _check_may_rename(user)
        user.name_changed_at = utcnow()
    for column, value in changed.items():
        setattr(user, column, value)
    _count_edit(user)


@transaction
def set_locale(user: User, locale: str) -> None:
    """Change the language."""
    _lock(user)
    user.locale = locale
    _count_edit(user)


def read_again(user: User) -> None:
    """Fetch all that is stored of the person who is signed in, as it is at one moment."""
    sign_ins.attach(user)
    db.session.refresh(user)


def find_by_password(email: str, password: str) -> User | None:
    """Who signs in with these; None for an unknown address, a wrong password and a banned
    person alike, and after the same work."""
    user = find_by_email(email)
    if user is None:
        passwords.hashed(password)
        return None
    return user if passwords.is_right(user, password) and user.active else None


def find_by_email(email: str) -> User | None:
    """Whose address this is, in whatever case it is written."""
    try:
        address = read_email(email)
    except InvalidError:
        return None
    return db.session.scalar(select(User).where(User.email == address))


@transaction
def suspend(user_id: int) -> None:
    """Let somebody sign in no more, and end what they are signed in with: at once, since each
    request looks at it. Their listings and what they wrote stay."""
    user = db.session.get_one(User, user_id)
    user.active = False
    sign_ins.end_all(user)


@transaction
def reinstate(email: str) -> User:
    """Take that back.

    :raises NotFoundError: when nobody has this address.
    """
    user = find_by_email(email)
    if user is None:
        raise NotFoundError(_("Nobody has an account with this address."))
    user.active = True
    return user


def count_active() -> int:
    """How many people were here in the last five minutes."""
    seen = User.last_seen_at > utcnow() - ACTIVE_WITHIN
    return db.session.scalar(select(func.count()).where(seen)) or 0


def read_name(text: str, owner: User | None = None) -> str:
    """A name as it is stored: one line, something to see, and nothing that deceives.

    :param owner: whose it is to be. What they are called already they can be called.
    :raises InvalidError: for none, a too long one, NUL, and what :mod:`deceiving` refuses.
    """
    name = rules.read_line(text, "name")
    if len(name) > NAME_MAX_LENGTH:
        message = _("Please keep to %(limit)s characters.", limit=NAME_MAX_LENGTH)
        raise InvalidError(message, field="name")
    if rules.is_blank(name):
        raise InvalidError(_("Please enter your name."), field="name")
    if owner is None or name != owner.name:
        deceiving.check(name, is_staff=owner is not None and owner.is_staff)
    return name


def _check_may_rename(user: User) -> None:
    """Who talks with somebody must know tomorrow who that was."""
    passed = utcnow() - user.name_changed_at if user.name_changed_at else NAME_LASTS
    if passed >= NAME_LASTS:
        return
    hours = math.ceil((NAME_LASTS - passed) / timedelta(hours=1))
    message = ngettext(
        "A name can be changed once a day. You can change yours again in %(num)s hour.",
        "A name can be changed once a day. You can change yours again in %(num)s hours.",
        hours,
    )
    raise InvalidError(message, field="name")


def read_email(text: str) -> str:
    """An address in its one normal form: lower case, an international domain in ASCII.

    Whether mail arrives there is not asked.

    :raises InvalidError: for what is no address.
    """
    address = text.strip()
    if not address:
        raise InvalidError(_("Please enter your email address."), field="email")
    try:
        if len(address) > EMAIL_MAX_LENGTH:  # before anything: what is looked at costs its square
            raise EmailNotValidError
        found = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        message = _("This is not an email address. It looks like name@example.com.")
        raise InvalidError(message, field="email") from None
    return (found.ascii_email or found.normalized).lower()


def _lock(user: User) -> None:
    """Read the person again, and nobody else changes them until the end of this unit."""
    sign_ins.attach(user)
    db.session.refresh(user, with_for_update=True)


def _count_edit(user: User) -> None:
    if db.session.is_modified(user):
        user.version += 1
