"""Receipts are shown only where both show them: in the poll, on the page and in the history."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.messaging import conversations
from tests.messaging.polling import ask, change, told

Status = Callable[[FlaskClient, int], str]


def on_the_page(client: FlaskClient, conversation: int) -> str:
    return _status(client.get(f"/messages/{conversation}").text)


def in_the_history(client: FlaskClient, conversation: int) -> str:
    history: Any = client.get(f"/messages/{conversation}/history").json
    return _status(history["messages"][0]["html"])


def in_the_poll(client: FlaskClient, conversation: int) -> str:
    news: Any = ask(client, conversation).json
    return _status(news["messages"][0]["html"])


@pytest.fixture
def read(app: Flask, sam: User, asked: int) -> int:
    """Sam has read Bea's question."""
    with app.app_context():
        conversations.mark_read(sam, asked, 1)
    return asked


@pytest.mark.parametrize("status", [on_the_page, in_the_history, in_the_poll])
@pytest.mark.parametrize(
    ("hides", "expected"), [(None, "read"), ("reader", "sent"), ("other", "sent")]
)
def test_hidden_by_either_a_message_is_only_sent(
    app: Flask,
    as_bea: FlaskClient,
    sam: User,
    bea: User,
    read: int,
    status: Status,
    hides: str | None,
    expected: str,
) -> None:
    if hides:
        change(app, bea if hides == "reader" else sam, shows_receipts=False)
    assert status(as_bea, read) == expected


@pytest.mark.parametrize("hides", ["reader", "other"])
def test_the_others_read_mark_is_0_and_ones_own_is_not(
    app: Flask,
    as_sam: FlaskClient,
    as_bea: FlaskClient,
    sam: User,
    bea: User,
    read: int,
    hides: str,
) -> None:
    assert told(as_bea, read, sam)["read_seq"] == 1
    change(app, bea if hides == "reader" else sam, shows_receipts=False)
    assert told(as_bea, read, sam)["read_seq"] == 0
    assert told(as_sam, read, sam)["read_seq"] == 1


def test_hiding_presence_hides_no_receipt(
    app: Flask, as_bea: FlaskClient, sam: User, read: int
) -> None:
    change(app, sam, shows_presence=False)
    assert told(as_bea, read, sam)["read_seq"] == 1


@pytest.mark.parametrize("who", ["reader", "other"])
def test_a_change_of_the_setting_reaches_an_open_page_with_its_next_poll(
    app: Flask, as_bea: FlaskClient, sam: User, bea: User, read: int, who: str
) -> None:
    tag = ask(as_bea, read).headers["ETag"]
    assert ask(as_bea, read, tag).status_code == 304
    change(app, bea if who == "reader" else sam, shows_receipts=False)
    assert ask(as_bea, read, tag).status_code == 200


def test_unread_is_counted_all_the_same(
    app: Flask, as_sam: FlaskClient, sam: User, read: int
) -> None:
    change(app, sam, shows_receipts=False)
    news: Any = ask(as_sam, read).json
    assert news["unread"] == {"messages": 0, "conversations": 0}


def _status(html: str) -> str:
    found = re.search(r'data-seq="1"[^>]*data-status="(\w+)"', html)
    assert found, html
    return found[1]
