"""The application as most would write it for SQLite: its own BEGIN, which takes the lock with the
first write only, and a read before that write.

What a unit has read before is then a snapshot that must not be written from: the write fails at
once with "database is locked", and no timeout helps.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from marketplace import create_app
from marketplace.accounts.models import User
from marketplace.messaging import conversations
from marketplace.messaging.conversations import Numbers
from marketplace.messaging.models import Conversation
from marketplace.storage import database
from marketplace.storage.database import db


@contextmanager
def turn_with_the_first_write(connection: Connection) -> Iterator[None]:
    """No queue, and no lock yet."""
    connection.exec_driver_sql("BEGIN")
    yield


def take_place_after_a_look(user: User, conversation_id: int) -> Numbers:
    """The conversation is read first, and so the unit has its snapshot."""
    db.session.get(Conversation, conversation_id)
    return take_place(user, conversation_id)


database._turn_to_write = turn_with_the_first_write
take_place = conversations.take_place
conversations.take_place = take_place_after_a_look
app = create_app()
