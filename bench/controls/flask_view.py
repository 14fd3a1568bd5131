"""F: a Flask view that says always the same, and opens the session it is sent, as Flask does."""

import os

from flask import Flask

NOTHING_NEW = {
    "cursor": 1000,
    "has_more": False,
    "interval": 2.0,
    "messages": [],
    "participants": [
        {
            "id": number,
            "last_seen_at": "2026-11-20T07:23:00.120Z",
            "name": f"Person {number}",
            "read_seq": 1000,
            "role": role,
            "typing": False,
        }
        for number, role in ((1, "seller"), (2, "buyer"))
    ],
    "reset": False,
    "unread": {"conversations": 5, "messages": 10},
}

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
app.config["SESSION_COOKIE_NAME"] = os.environ["SESSION_COOKIE_NAME"]


@app.get("/messages/<int:conversation_id>/poll")
def poll(conversation_id: int) -> dict[str, object]:  # noqa: ARG001 - as in the real address
    """As large as a poll without news that is answered in full."""
    return NOTHING_NEW
