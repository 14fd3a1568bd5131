"""The application with the message inserted before the conversation's row is locked.

The foreign key of the INSERT takes a shared lock on that row; two writers hold it, both want it
for themselves, and the database ends one of them.
"""

from collections.abc import Sequence

from sqlalchemy import insert, update

from marketplace import create_app
from marketplace.accounts.models import User
from marketplace.messaging import messages
from marketplace.messaging.models import Conversation, Message
from marketplace.storage.database import db, transaction, utcnow
from tests.soak import auto_increment


@transaction
def store(
    user: User, conversation_id: int, body: str, client_id: str, _attachment_ids: Sequence[str]
) -> messages.MessageItem:
    """The message, and then the conversation."""
    number = auto_increment.take_ticket()
    db.session.execute(
        insert(Message).values(
            conversation_id=conversation_id,
            seq=number,
            version=number,
            sender_id=user.id,
            client_id=client_id,
            body=body,
        )
    )
    db.session.execute(
        update(Conversation).where(Conversation.id == conversation_id).values(version=number),
        execution_options={"synchronize_session": False},
    )
    return messages.MessageItem(
        seq=number,
        version=number,
        kind="text",
        sender_id=user.id,
        sender_name=user.name,
        sender_is_staff=user.is_staff,
        body=body,
        client_id=client_id,
        reply_to=None,
        attachments=(),
        created_at=utcnow(),
        edited_at=None,
        deleted=False,
    )


messages._store = store
app = create_app()
with app.app_context():
    auto_increment.prepare(db.engine)
