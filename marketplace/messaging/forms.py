"""What is sent without scripts."""

import secrets

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the stubs
    HiddenField,
    RadioField,
    SelectChoice,
    TextAreaField,
)

from marketplace.messaging import reports
from marketplace.messaging.attachments.pictures import check_count
from marketplace.messaging.models import Reason
from marketplace.storage.images import Picture
from marketplace.texts.errors import DomainError
from marketplace.web import uploads
from marketplace.web.forms import NO_LABEL, reads


def new_client_id() -> str:
    """A name for a message that is not written yet, so that sending it twice stores it once."""
    return secrets.token_urlsafe(16)


def _one_kind_of_line_end(text: str | None) -> str | None:
    """Browsers send CRLF from a form, whatever was typed; scripts send what was typed."""
    return text.replace("\r\n", "\n") if text else text


class MessageForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A message. Its rules are the verbs'; what they refuse is shown beside the field."""

    body = TextAreaField(_l("Your message"), filters=[_one_kind_of_line_end])
    images = MultipleFileField(_l("Photos"))
    client_id = HiddenField(NO_LABEL, default=new_client_id)

    def pictures(self) -> list[Picture]:
        """The files, decoded.

        :raises InvalidError: for too many, before any is decoded, and for one that is no picture.
        :raises TooManyError, BusyError: as :func:`marketplace.web.uploads.read`.
        """
        sent = self.images.data or []
        check_count(len(sent))
        return uploads.read(sent, field="images")

    def refuse(self, error: DomainError) -> None:
        """Show what a verb has said, beside the photos when it is about them."""
        about_photos = error.field in ("images", "file", "attachment_ids")
        field = self.images if about_photos else self.body
        field.errors = [error.message]


class ReportForm(FlaskForm):  # type: ignore[misc]
    """Why a conversation is reported. The other one is told nothing of it."""

    reason = RadioField(
        _l("What is wrong?"),
        choices=[
            SelectChoice(Reason.FRAUD.value, _l("It looks like fraud")),
            SelectChoice(Reason.SPAM.value, _l("It is advertising")),
            SelectChoice(Reason.ABUSE.value, _l("It is insulting or threatening")),
            SelectChoice(Reason.OTHER.value, _l("Something else")),
        ],
        validators=[reads(reports.read_reason)],
        validate_choice=False,
    )
    seq = RadioField(_l("What is it about?"), default="", validate_choice=False)
    details = TextAreaField(_l("Details"), validators=[reads(reports.read_details)])
