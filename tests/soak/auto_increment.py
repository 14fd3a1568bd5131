"""Numbers from an auto-increment column, as most people would take them.

The database gives such a number out at once, long before the commit, so that a lower one may
become visible after a higher one: a cursor has then passed it.
"""

from sqlalchemy import BigInteger, Column, Engine, MetaData, Table, insert, update

from marketplace.accounts.models import User
from marketplace.messaging.conversations import Numbers
from marketplace.messaging.models import Conversation
from marketplace.storage.database import db

tickets = Table("tickets", MetaData(), Column("id", BigInteger, primary_key=True))


def prepare(engine: Engine) -> None:
    """Make the column; workers that build the application themselves find it there."""
    tickets.create(engine, checkfirst=True)
    engine.dispose()


def take_ticket() -> int:
    """The next number, whoever commits first."""
    number: int = db.session.execute(insert(tickets)).inserted_primary_key[0]
    return number


def take_place(_user: User, conversation_id: int) -> Numbers:
    """A number first, the conversation's lock after it."""
    number = take_ticket()
    db.session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.version < number)
        .values(version=number, seq=number),
        execution_options={"synchronize_session": False},
    )
    return Numbers(number, number)
