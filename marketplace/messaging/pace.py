"""How many strangers a new account may begin to write to in a day.

Who sends advertisements opens an account and writes to everybody; who buys writes to a few.
The conversations themselves are counted, so that asking again about the same thing is free.
"""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.messaging.models import Conversation, Participant, Role
from marketplace.operations import limits
from marketplace.storage.database import db, utcnow
from marketplace.texts.errors import TooManyError

YOUNG = timedelta(days=7)
PER_DAY = 10
DAY = timedelta(days=1)


def check_may_open_another(buyer: User) -> None:
    """Let an account that is young open only so many conversations. Part of the unit of work
    that opens one: it holds the account's row, so that clicks at one instant count as in turn.

    :raises TooManyError: with the time when the oldest of today's is a day old.
    """
    now = utcnow()
    if not limits.are_on() or buyer.created_at <= now - YOUNG:
        return
    db.session.execute(select(User.id).where(User.id == buyer.id).with_for_update())
    newest = db.session.scalars(
        select(Conversation.created_at)
        .join(Participant, Participant.conversation_id == Conversation.id)
        .where(
            Participant.user_id == buyer.id,
            Participant.role.in_((Role.BUYER, Role.ADMIN)),
            Conversation.created_at > now - DAY,
        )
        .order_by(Conversation.created_at.desc())
        .limit(PER_DAY)
    ).all()
    if len(newest) == PER_DAY:
        wait = newest[-1] + DAY - now
        raise TooManyError(
            _("A new account can begin %(number)s conversations a day.", number=PER_DAY),
            retry_after=max(1, round(wait.total_seconds())),
        )
