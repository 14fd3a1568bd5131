"""Reporting a conversation to the operators, and reading what was reported."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.messaging import messages, places
from marketplace.messaging.models import Reason, Report
from marketplace.storage.database import db, transaction
from marketplace.texts import rules
from marketplace.texts.errors import InvalidError

DETAILS_MAX_LENGTH = 2000


@dataclass(frozen=True)
class ReportItem:
    """A report as an operator sees it: what was written in the conversation is not in it."""

    id: int
    created_at: datetime
    reporter_id: int
    reporter_name: str
    conversation_id: int
    reason: Reason
    details: str


@transaction
def report(
    user: User, conversation_id: int, reason: str, details: str = "", seq: int | None = None
) -> int:
    """Ask the operators to look at a conversation; the report's id. The other is told nothing.

    :param seq: of the message that it is about; None for all of the conversation.
    :raises NotFoundError: for an outsider.
    :raises InvalidError: for an unknown reason, details that are too long, or a message that is not
        there or that nobody else wrote.
    """
    me = places.get_for(user, conversation_id)
    if seq is not None:
        item = messages.find_at(me, seq)
        if item is None or item.is_line or item.sender_id == user.id:
            raise InvalidError(_("Please choose a message of somebody else."), field="seq")
    new = Report(
        reporter_id=user.id,
        conversation_id=conversation_id,
        seq=seq,
        first_seq=me.first_seq,
        last_seq=me.seq,
        reason=read_reason(reason),
        details=read_details(details),
    )
    db.session.add(new)
    db.session.flush()
    return new.id


def newest() -> Iterator[ReportItem]:
    """All reports, for operators."""
    rows = db.session.execute(
        select(Report, User.name)
        .join(User, User.id == Report.reporter_id)
        .order_by(Report.id.desc())
        .execution_options(yield_per=500)
    )
    for each, name in rows:
        yield ReportItem(
            each.id,
            each.created_at,
            each.reporter_id,
            name,
            each.conversation_id,
            each.reason,
            each.details,
        )


def read_reason(text: str) -> Reason:
    """One of the reasons.

    :raises InvalidError: for any other.
    """
    try:
        return Reason(text)
    except ValueError:
        raise InvalidError(_("Please choose a reason."), field="reason") from None


def read_details(text: str) -> str:
    """Trimmed text of at most 2,000 characters, possibly none.

    :raises InvalidError: for more, and for NUL.
    """
    text = rules.read_typed(text, "details")
    if len(text) > DETAILS_MAX_LENGTH:
        raise InvalidError(
            _("At most %(limit)s characters fit here.", limit=DETAILS_MAX_LENGTH), field="details"
        )
    return text
