"""What people are told by mail about their account."""

from flask_babel import get_locale

from marketplace import mail
from marketplace.accounts import passwords, people
from marketplace.accounts.models import User
from marketplace.jobs import Job


def welcome(user: User, *, sign_in_url: str) -> None:
    """To somebody who has just registered."""
    _send("welcome", user, sign_in_url=sign_in_url)


def already_registered(user: User, *, sign_in_url: str, reset_url: str) -> None:
    """To the owner of an address that somebody, perhaps the owner, tried to register again."""
    _send("already_registered", user, sign_in_url=sign_in_url, reset_url=reset_url)


def password_changed(user: User, *, reset_url: str) -> None:
    """To somebody whose password is a new one, in case it was not them."""
    _send("password_changed", user, reset_url=reset_url)


@Job
def answer_reset_request(email: str, language: str, reset_url: str) -> None:
    """Send the link to choose a new password, if the address has an account.

    The worker looks that up, so that the request takes as long for one that has none.

    :param language: the asking page's; the account's own comes first.
    :param reset_url: the page's address, with its host; a link is this and the token.
    """
    user = people.find_by_email(email)
    if user is not None and user.active:
        link = f"{reset_url}/{passwords.reset_token(user)}"
        mail.send("reset", to=user.email, language=user.locale or language, link=link)


def _send(template: str, user: User, **links: str) -> None:
    language = user.locale or str(get_locale())
    mail.send(template, to=user.email, language=language, name=user.name, **links)
