"""The least a send can cost here: our statements as plain text on a connection of the driver's, in
a bare Flask view. Nobody is signed in, nothing is checked, limited, logged or published."""

import os
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask, request
from sqlalchemy import create_engine

from bench.data import HOARDER
from marketplace.messaging import conversations, messages
from marketplace.messaging.relation import Marketplace
from marketplace.storage.database import engine_options, iso, utcnow
from marketplace.storage.statements import Step, as_text

URL = os.environ["DATABASE_URL"]

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
engine = create_engine(URL, **engine_options(URL))
own = threading.local()


@app.post("/api/v1/conversations/<int:conversation_id>/messages")
def send(conversation_id: int) -> tuple[dict[str, Any], int]:
    """Store and tell what was stored."""
    given, now = request.get_json(), utcnow()
    connection = _connection()
    cursor = connection.cursor()
    cursor.execute(*RAISE(conversation_id=conversation_id, messages=1))
    cursor.execute(*NUMBERS(conversation_id=conversation_id, user_id=HOARDER))
    row = STANDING.prepared_in(engine.dialect).converted(cursor.fetchone())
    message = {"seq": row.seq, "version": row.version, "kind": "text", **given}
    cursor.execute(
        *INSERT(
            conversation_id=conversation_id,
            **message,
            sender_id=HOARDER,
            attachment_count=0,
            created_at=as_text(now),
        )
    )
    cursor.execute(*TELL(conversation=conversation_id, sender=HOARDER, now=as_text(now)))
    cursor.close()
    connection.commit()
    sender = {"id": HOARDER, "name": f"Person {HOARDER}"}
    nothing = {"reply_to": None, "attachments": [], "edited_at": None, "deleted": False}
    return {**message, **nothing, "sender": sender, "created_at": iso(now)}, 201


def _connection() -> Any:
    """This thread's."""
    if not hasattr(own, "connection"):
        own.pooled = engine.raw_connection()
        own.connection = own.pooled.dbapi_connection
    return own.connection


def _plain(step: Step) -> Callable[..., tuple[str, Any]]:
    """From values to what the driver's cursor takes."""
    text = step.prepared_in(engine.dialect)
    return lambda **values: (text.sql, text.parameters(values))


RAISE = _plain(conversations._RAISE)
STANDING = conversations._numbers_and_standing(Marketplace())
NUMBERS = _plain(STANDING)
INSERT = _plain(messages._INSERT)
TELL = _plain(messages._TELL)
