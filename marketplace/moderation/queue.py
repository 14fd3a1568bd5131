"""The reports that wait, a look at one, and what is decided.

A moderator sees nothing that was not reported: what they read is read through the reporter's place
as it was, up to what was there when it was reported, and every look is recorded.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from marketplace.accounts import people
from marketplace.accounts.models import User
from marketplace.messaging import conversation_blocks, groups, messages
from marketplace.messaging.messages import MessageItem
from marketplace.messaging.models import Conversation, Participant, Reason, Report
from marketplace.messaging.places import Place
from marketplace.moderation import notices
from marketplace.moderation.models import Act, Decision, Record, Told
from marketplace.storage.database import db, transaction
from marketplace.texts.errors import ConflictError, InvalidError, NotFoundError

AT_ONCE = 50
AROUND = 10  # messages around the reported one
DECISIONS = tuple(act for act in Act if act is not Act.LOOKED)
ABOUT_SOMEBODY = (Act.WARNED, Act.SUSPENDED)


@dataclass(frozen=True)
class Waiting:
    """A report as the queue lists it."""

    id: int
    created_at: datetime
    reason: Reason
    details: str
    reporter_id: int
    reporter_name: str


@dataclass(frozen=True)
class Case:
    """A report, with what was reported and what stands around it."""

    report: Waiting
    items: list[MessageItem]
    reported_seq: int | None
    """None when it is about the conversation as a whole."""
    about_id: int | None
    """Whom it is about, where that is one person."""
    about_name: str
    decided: Act | None
    choices: tuple[Act, ...]


@dataclass(frozen=True)
class Entry:
    """What a moderator looked at or did."""

    created_at: datetime
    moderator_id: int
    moderator_name: str
    report_id: int
    act: Act


class DecidedError(ConflictError):
    """Somebody else was sooner."""

    code = "decided"


def waiting() -> list[Waiting]:
    """What nobody has decided yet, the oldest first."""
    rows = db.session.execute(
        _reports()
        .outerjoin(Decision, Decision.report_id == Report.id)
        .where(Decision.report_id.is_(None))
        .order_by(Report.id)
        .limit(AT_ONCE)
    )
    return [Waiting(*row) for row in rows]


@transaction
def look(moderator: User, report_id: int) -> Case:
    """What was reported. That they looked is recorded.

    :raises NotFoundError: when there is no such report.
    """
    case = _case(report_id)
    _record(moderator, report_id, Act.LOOKED)
    return case


@transaction
def decide(moderator: User, report_id: int, act: Act) -> None:
    """Do something about a report, which decides it; who reported it is told that it was.

    :raises NotFoundError: when there is no such report.
    :raises InvalidError: for what cannot be done about this one.
    :raises DecidedError: when it is decided already.
    """
    case = _case(report_id)
    if case.decided:
        raise DecidedError(_("This report is decided already."))
    if act not in case.choices:
        raise InvalidError(_("This cannot be done about this report."), field="decision")
    _settle(report_id, act)
    report = db.session.get_one(Report, report_id)
    if act is Act.TAKEN_DOWN and case.reported_seq is not None:
        messages.take_down(_place(report), case.reported_seq)
    elif act is Act.CLOSED:
        conversation_blocks.close(_place(report))
    elif act is Act.WARNED and case.about_id is not None:
        notices.tell(case.about_id, Told.WARNED)
    elif act is Act.SUSPENDED and case.about_id is not None:
        groups.hand_over(db.session.get_one(User, case.about_id))
        people.suspend(case.about_id)
    notices.tell(report.reporter_id, Told.DISMISSED if act is Act.DISMISSED else Told.ACTED)
    _record(moderator, report_id, act)


def records(limit: int = 200) -> list[Entry]:
    """Who looked at what, and what they did, the newest first."""
    rows = db.session.execute(
        select(Record.created_at, User.id, User.name, Record.report_id, Record.act)
        .join(User, User.id == Record.moderator_id)
        .order_by(Record.id.desc())
        .limit(limit)
    )
    return [Entry(*row) for row in rows]


def _settle(report_id: int, act: Act) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(Decision(report_id=report_id, act=act))
    except IntegrityError:
        raise DecidedError(_("This report is decided already.")) from None


def _reports() -> Any:
    return select(
        Report.id, Report.created_at, Report.reason, Report.details, User.id, User.name
    ).join(User, User.id == Report.reporter_id)


def _case(report_id: int) -> Case:
    row = db.session.execute(_reports().where(Report.id == report_id)).first()
    if row is None:
        raise NotFoundError
    report = db.session.get_one(Report, report_id)
    last = min(report.last_seq, (report.seq or report.last_seq) + AROUND // 2)
    items = messages.between(_place(report), max(0, last - AROUND), last)
    about = _about(report, items)
    decision = db.session.get(Decision, report_id, populate_existing=True)
    return Case(
        report=Waiting(*row),
        items=items,
        reported_seq=report.seq,
        about_id=about.id if about else None,
        about_name=about.name if about else "",
        decided=decision.act if decision else None,
        choices=() if decision else _choices(report, about),
    )


def _choices(report: Report, about: User | None) -> tuple[Act, ...]:
    return tuple(
        act
        for act in DECISIONS
        if not (act is Act.TAKEN_DOWN and report.seq is None)
        and not (act in ABOUT_SOMEBODY and about is None)
    )


def _about(report: Report, items: list[MessageItem]) -> User | None:
    """Who wrote what was reported; of two, the other."""
    sender = next((each.sender_id for each in items if each.seq == report.seq), None)
    if sender is None:
        other = aliased(Participant)
        sender = db.session.scalar(
            select(other.user_id)
            .join(Conversation, Conversation.id == other.conversation_id)
            .where(
                other.conversation_id == report.conversation_id,
                other.user_id != report.reporter_id,
                Conversation.listing_id.is_not(None),
            )
        )
    return db.session.get(User, sender) if sender is not None else None


def _place(report: Report) -> Place:
    """The reporter's, as it was."""
    return Place(report.conversation_id, report.reporter_id, report.first_seq)


def _record(moderator: User, report_id: int, act: Act) -> None:
    db.session.add(Record(moderator_id=moderator.id, report_id=report_id, act=act))
