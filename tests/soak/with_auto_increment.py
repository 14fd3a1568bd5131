"""The application with its numbers taken from an auto-increment column, as most people would.

The database gives such a number out at once, long before the commit, so that a lower one may
become visible after a higher one: a cursor has then passed it.
"""

from sqlalchemy import BigInteger, insert, update
from sqlalchemy.orm import Mapped, mapped_column

from marketplace import create_app
from marketplace.database import Base, db
from marketplace.messaging import conversations
from marketplace.messaging.conversations import Numbers
from marketplace.messaging.models import Conversation


class Ticket(Base):
    """The auto-increment column."""

    __tablename__ = "tickets"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)


def take_ticket() -> int:
    """The next number, whoever commits first."""
    number: int = db.session.execute(insert(Ticket)).inserted_primary_key[0]
    return number


def raise_version(conversation_id: int, *, messages: int = 0) -> Numbers:
    """A number first, the conversation's lock after it."""
    number = take_ticket()
    db.session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.version < number)
        .values(version=number, seq=number),
        execution_options={"synchronize_session": False},
    )
    return Numbers(number, number)


conversations.raise_version = raise_version
app = create_app()
with app.app_context():
    Ticket.__table__.create(db.engine, checkfirst=True)
    db.engine.dispose()
