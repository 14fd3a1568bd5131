"""What people are told by mail about their account."""

from flask_babel import get_locale

from marketplace.accounts import passwords, people
from marketplace.accounts.models import User
from marketplace.work import mail
from marketplace.work.jobs import Job


@Job
def answer_registration(
    email: str, language: str, link: str, sign_in_url: str, reset_url: str
) -> None:
    """Send the link that makes the account, or to who has one already, what to do with it.

    The worker looks that up, so that the request takes as long for both. Neither letter has
    anything in it that was typed in the form: anybody can have one sent to anybody.

    :param language: the asking page's; the account's own comes first.
    """
    owner = people.find_by_email(email)
    if owner is None:
        mail.send("verify", to=email, language=language, link=link)
    else:
        links = {"sign_in_url": sign_in_url, "reset_url": reset_url}
        mail.send("already_registered", to=email, language=owner.locale or language, **links)


def password_changed(user: User, *, reset_url: str) -> None:
    """To somebody whose password is a new one, in case it was not them."""
    language = user.locale or str(get_locale())
    mail.send("password_changed", to=user.email, language=language, reset_url=reset_url)


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
