"""What one may try only so often: passwords, and having letters sent to somebody."""

from collections.abc import Callable
from typing import TypeVar

from marketplace.accounts import people
from marketplace.accounts.models import EMAIL_MAX_LENGTH
from marketplace.accounts.views import known_browsers
from marketplace.operations import limits
from marketplace.texts.errors import InvalidError, TooManyError

T = TypeVar("T")


def counted_for(email: str, attempt: Callable[[], T]) -> T:
    """Try to sign in to an account, and count it when what comes back is falsy.

    A browser in which somebody has signed in to it before has a count of its own. Else the
    account has one, and the address: of that only failures are counted, and only afterwards,
    because many people may share one, and sign in at the same moment.

    :raises TooManyError: instead of trying, when there were too many.
    """
    account = _account(email)
    browser = known_browsers.find_name(account)
    if browser:
        return counted(f"{account} in {browser}", attempt)
    address = f"address {limits.client_address()}"
    limits.SIGN_INS.check(address)
    found = counted(account, attempt)
    if not found:
        limits.SIGN_INS.spend(address)
    return found


def counted(what: str, attempt: Callable[[], T]) -> T:
    """Try a password of this, and count it when what comes back is falsy: it was wrong.

    It is counted before and taken back afterwards, so that tries made at once are no more than
    those made in turn.

    :raises TooManyError: instead of trying, when there were too many.
    """
    limits.SIGN_INS.spend(what)
    try:
        found = attempt()
    except BaseException:
        limits.SIGN_INS.give_back(what)
        raise
    if found:
        limits.SIGN_INS.give_back(what)
    return found


def trust(email: str, *, anew: bool = False) -> None:
    """Count this browser apart from now on: it was somebody's who has the account's password.

    :param anew: whether the tries of all others are forgotten, too.
    """
    known_browsers.remember(_account(email))
    if anew:
        limits.SIGN_INS.forget(_account(email))


def may_be_written_to(email: str, letter: str) -> bool:
    """Whether this address is sent one more such letter, for which somebody asked who may not
    be its owner. Who asked is answered the same, or the answer would tell of others' asking."""
    try:
        limits.LETTERS.spend(f"{letter} {_account(email)}")
    except TooManyError:
        return False
    return True


def _account(email: str) -> str:
    """The same for all ways to write one address, whether or not it has an account."""
    try:
        return f"account {people.read_email(email)}"
    except InvalidError:
        return f"account {email.strip()[:EMAIL_MAX_LENGTH].lower()}"
