"""What is sent without scripts."""

import secrets

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField


def new_client_id() -> str:
    """A name for a message that is not written yet, so that sending it twice stores it once."""
    return secrets.token_urlsafe(16)


def _one_kind_of_line_end(text: str | None) -> str | None:
    """Browsers send CRLF from a form, whatever was typed; scripts send what was typed."""
    return text.replace("\r\n", "\n") if text else text


class MessageForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A message. The rules for its text are the verb's; its errors are shown beside the field."""

    body = TextAreaField(_l("Your message"), filters=[_one_kind_of_line_end])
    client_id = HiddenField(default=new_client_id)
