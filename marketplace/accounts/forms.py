"""The forms of the account pages. What a value must be is the domain's to say."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the stubs
    BooleanField,
    EmailField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
)

from config import LANGUAGES
from marketplace.accounts import passwords, people
from marketplace.accounts.models import NAME_MAX_LENGTH, User
from marketplace.web.forms import EditForm, reads

LANGUAGE_NAMES = {"en": "English", "fr": "Français"}  # each in its own


def _name(read: Callable[[str], str]) -> StringField:
    return StringField(
        _l("Name"),
        validators=[reads(read)],
        render_kw={"autocomplete": "name", "maxlength": NAME_MAX_LENGTH, "required": True},
    )


def _email(**attributes: Any) -> EmailField:
    return EmailField(
        _l("Email address"),
        validators=[reads(people.read_email)],
        render_kw={"autocomplete": "email", "required": True, **attributes},
    )


def _new_password(label: Any) -> PasswordField:
    return PasswordField(
        label,
        validators=[reads(passwords.read_password)],
        render_kw={
            "autocomplete": "new-password",
            "minlength": passwords.MIN_LENGTH,
            "required": True,
        },
    )


def _password(label: Any) -> PasswordField:
    return PasswordField(label, render_kw={"autocomplete": "current-password", "required": True})


class RegisterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Who somebody is, and how they will sign in."""

    name = _name(people.read_name)
    email = _email()
    password = _new_password(_l("Password"))


class VerifyForm(FlaskForm):  # type: ignore[misc]
    """The password once more, where the link is opened in another browser."""

    password = _password(_l("Password"))


class LoginForm(FlaskForm):  # type: ignore[misc]
    """Address and password. Neither is judged on its own: that would tell who has an account."""

    email = EmailField(
        _l("Email address"), render_kw={"autocomplete": "username", "required": True}
    )
    password = _password(_l("Password"))


class ResetForm(FlaskForm):  # type: ignore[misc]
    """Where to send the link."""

    email = _email()


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """A password chosen by the link."""

    password = _new_password(_l("New password"))


class ChangePasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, with the old one."""

    password = _password(_l("Your password now"))
    new_password = _new_password(_l("New password"))


class ProfileForm(EditForm):
    """What people say about themselves, and how they want the pages."""

    name = _name(lambda text: people.read_name(text, current_user))
    language = SelectField(
        _l("Language"),
        choices=[
            SelectChoice("", _l("As my browser")),
            *(SelectChoice(code, LANGUAGE_NAMES[code]) for code in LANGUAGES),
        ],
    )
    enter_sends = BooleanField(_l("The Enter key sends"))
    sound = BooleanField(_l("Play a sound"))
    notifications = BooleanField(_l("Show notifications"))
    shows_presence = BooleanField(_l("Show when I was active"))
    shows_receipts = BooleanField(_l("Show what I have read"))

    @classmethod
    def of(cls, user: User) -> "ProfileForm":
        """The form with what is stored, or with what was sent instead."""
        return cls.showing(user.version, cls.state_of(user))

    @staticmethod
    def state_of(user: User) -> dict[str, Any]:
        """What the form shows of a person, by field."""
        switches = {each.name: getattr(user, each.name) for each in fields(people.Preferences)}
        return {"name": user.name, "language": user.locale or "", **switches}

    @property
    def preferences(self) -> people.Preferences:
        """The switches as they were sent."""
        return people.Preferences(
            **{each.name: self[each.name].data for each in fields(people.Preferences)}
        )
