"""What groups go by in lists: their title, or the names of those in them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.messaging.models import Participant
from marketplace.storage.database import reader
from marketplace.texts.rules import isolated

NAMED = 3  # by name; of more, how many


@dataclass(frozen=True)
class Member:
    """Somebody in a group, or who was in it."""

    id: int
    name: str
    is_staff: bool
    has_left: bool


def members_of(conversation_ids: Collection[int]) -> dict[int, list[Member]]:
    """Those in some groups and those who were, who came first first: one statement, none for
    nothing."""
    found: dict[int, list[Member]] = defaultdict(list)
    if not conversation_ids:
        return found
    with reader().connect() as connection:
        rows = connection.execute(
            select(
                Participant.conversation_id,
                User.id,
                User.name,
                User.is_staff,
                Participant.left_at.is_not(None).label("has_left"),
            )
            .join(User, User.id == Participant.user_id)
            .where(Participant.conversation_id.in_(conversation_ids))
            .order_by(Participant.conversation_id, Participant.first_seq, User.id)
        ).all()
    for row in rows:
        member = Member(row.id, row.name, bool(row.is_staff), bool(row.has_left))
        found[row.conversation_id].append(member)
    return found


def group_name(title: str | None, others: Sequence[str]) -> str:
    """The title, or the names of those besides the reader."""
    if title:
        return title
    if not others:
        return str(_("Only you"))
    names = [isolated(name) for name in others]
    if len(names) > NAMED:
        surplus = len(names) - NAMED + 1
        first = ", ".join(names[: NAMED - 1])
        return str(_("%(names)s and %(count)s more", names=first, count=surplus))
    if len(names) == 1:
        return names[0]
    return str(_("%(names)s and %(last)s", names=", ".join(names[:-1]), last=names[-1]))
