"""What one may try only so often: passwords, and having letters sent to somebody."""

from collections.abc import Callable
from typing import TypeVar

from marketplace import limits
from marketplace.accounts import people
from marketplace.errors import InvalidError, TooManyError

T = TypeVar("T")


def counted(email: str, attempt: Callable[[], T]) -> T:
    """Try, and count it when what comes back is falsy: the password was wrong.

    Of the account it is counted before and taken back afterwards, so that tries made at once
    are no more than those made in turn. Of the address only after: many people may share one,
    and sign in at the same moment.

    :raises TooManyError: instead of trying, when there were too many.
    """
    account, address = _account(email), f"address {limits.client_address()}"
    limits.SIGN_INS.check(address)
    limits.SIGN_INS.spend(account)
    try:
        found = attempt()
    except BaseException:
        limits.SIGN_INS.give_back(account)
        raise
    if found:
        limits.SIGN_INS.give_back(account)
    else:
        limits.SIGN_INS.spend(address)
    return found


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
        return f"account {email.strip().lower()}"
