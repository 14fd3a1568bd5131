"""GET changes nothing: every route there is, against every row there is."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.accounts import passwords
from marketplace.accounts.models import User
from marketplace.messaging import conversations, messages
from marketplace.storage.database import Base, db
from marketplace.work import jobs
from tests import cast

MAY_CHANGE = {("users", "last_seen_at")}


@pytest.fixture
def asked(app: Flask, sam: User, bea: User, bicycle: int) -> int:
    """A conversation with messages both ways; Bea has one unread."""
    with app.app_context():
        conversation = conversations.open_about(bea, bicycle)
        messages.send(bea, conversation, "Is it still available?", "1")
        messages.send(sam, conversation, "Yes, it is.", "2")
        return conversation


@pytest.mark.parametrize("who", ["bea", "sam", "nobody"])
def test_asking_for_everything_changes_nothing(
    app: Flask, request: pytest.FixtureRequest, sam: User, bicycle: int, asked: int, who: str
):
    client: FlaskClient = request.getfixturevalue("client" if who == "nobody" else f"as_{who}")
    with app.app_context():
        token = passwords.reset_token(sam)
    before, waiting = everything(app), waiting_jobs(app)
    for address in addresses(app, bicycle, asked, token):
        for method in ("GET", "HEAD"):
            answer = client.open(address, method=method, buffered=True)
            assert answer.status_code < 500, address
    assert everything(app) == before
    assert waiting_jobs(app) == waiting


def test_the_comparison_would_see_a_change(app: Flask, as_bea: FlaskClient, asked: int):
    before = everything(app)
    form = {"csrf_token": cast.token(as_bea), "seq": "2"}
    as_bea.post(f"/messages/{asked}/read", data=form)
    assert everything(app) != before


def addresses(app: Flask, listing: int, conversation: int, token: str) -> list[str]:
    """One of every route that can be asked for."""
    values = {"listing_id": listing, "conversation_id": conversation, "token": token}
    return [
        re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values.get(found[1], "none")), rule.rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
    ]


def everything(app: Flask) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""
    with app.app_context():
        return {
            table.name: [
                {name: value for name, value in row.items() if (table.name, name) not in MAY_CHANGE}
                for row in db.session.execute(select(table)).mappings()
            ]
            for table in Base.metadata.sorted_tables
        }


def waiting_jobs(app: Flask) -> int:
    count: int = jobs.queue_of(app).pending_count()
    return count
