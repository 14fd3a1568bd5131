"""The least a send can cost here: our statements as plain text on a connection of the driver's, in
a bare Flask view. Nobody is signed in, nothing is checked, limited, logged or published."""

import os
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask, request
from sqlalchemy import Insert, Select, Update, create_engine

from bench.data import HOARDER
from marketplace.database import engine_options, iso, utcnow
from marketplace.lookups import as_text
from marketplace.messaging import conversations, messages

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
    place = {"conversation_id": conversation_id}
    cursor.execute(*RAISE(place | {"messages": 1}))
    cursor.execute(*NUMBERS(place | {"user_id": HOARDER}))
    *_standing, seq, version = cursor.fetchone()
    message = {"seq": seq, "version": version, "kind": "text", **given}
    cursor.execute(
        *INSERT(place | message | {"sender_id": HOARDER, "created_at": as_text(now), **NO_PICTURES})
    )
    cursor.execute(*TELL({"conversation": conversation_id, "sender": HOARDER, "now": as_text(now)}))
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


def _plain(
    statement: Select[Any] | Update | Insert, columns: list[str] | None = None
) -> Callable[[dict[str, Any]], tuple[str, Any]]:
    """From values to what the driver's cursor takes."""
    compiled = statement.compile(dialect=engine.dialect, column_keys=columns)
    text, constants = str(compiled), compiled.params
    order = compiled.positiontup

    def filled(values: dict[str, Any]) -> tuple[str, Any]:
        together = constants | values
        return text, together if order is None else [together[name] for name in order]

    return filled


NO_PICTURES = {"attachment_count": 0}
COLUMNS = ["conversation_id", "seq", "version", "sender_id", "client_id", "kind", "body"]
RAISE = _plain(conversations._RAISE)
NUMBERS = _plain(conversations._NUMBERS_AND_STANDING)
INSERT = _plain(messages._INSERT, [*COLUMNS, "attachment_count", "created_at"])
TELL = _plain(messages._TELL)
