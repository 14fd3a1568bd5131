"""What stands between the messages without scripts: days, what is new, and groups."""

import re
from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from marketplace.accounts.models import User
from marketplace.catalogue import listings
from marketplace.catalogue.models import Status
from marketplace.messaging import conversations, messages
from marketplace.messaging.models import Message
from marketplace.storage.database import db

LINE = re.compile(r'class="(day|new-mark)"|<li class="(message[^"]*)"[^>]*data-seq="(\d+)"')


def lines_of(client: FlaskClient, conversation: int) -> list[str]:
    """Lines and messages from top to bottom: ``day``, ``new-mark``, ``1``, ``2 grouped`` …"""
    page = client.get(f"/messages/{conversation}").get_data(as_text=True)
    page = re.sub(r"<template.*?</template>", "", page, flags=re.S)
    return [
        line or seq + (" grouped" if "grouped" in look else "")
        for line, look, seq in LINE.findall(page)
    ]


def say(app: Flask, who: User, conversation: int, *moments: datetime) -> None:
    """Write a message at each of these moments."""
    with app.app_context():
        for moment in moments:
            sent = messages.send(who, conversation, "text", moment.isoformat())
            at_place = (Message.conversation_id == conversation) & (Message.seq == sent.item.seq)
            db.session.execute(update(Message).where(at_place).values(created_at=moment))
            db.session.commit()


def at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2025, 3, day, hour, minute, tzinfo=UTC)


def test_a_message_just_before_midnight_is_under_its_own_day(
    app: Flask, as_bea: FlaskClient, bea: User, conversation: int
):
    say(app, bea, conversation, at(10, 23, 59), at(11, 0, 1))
    assert lines_of(as_bea, conversation) == ["day", "1", "day", "2"]


def test_messages_of_one_sender_within_five_minutes_are_grouped(
    app: Flask, as_bea: FlaskClient, bea: User, sam: User, conversation: int
):
    say(app, bea, conversation, at(10, 9, 0), at(10, 9, 4), at(10, 9, 9))
    say(app, sam, conversation, at(10, 9, 10))
    with app.app_context():
        conversations.mark_read(bea, conversation, 4)
    assert lines_of(as_bea, conversation) == ["day", "1", "2 grouped", "3", "4"]


def test_what_is_new_has_a_line_before_it_and_begins_a_group(
    app: Flask, as_sam: FlaskClient, as_bea: FlaskClient, bea: User, sam: User, conversation: int
):
    say(app, bea, conversation, at(10, 9, 0), at(10, 9, 1), at(10, 9, 2))
    with app.app_context():
        conversations.mark_read(sam, conversation, 1)
    assert lines_of(as_sam, conversation) == ["day", "1", "new-mark", "2", "3 grouped"]
    assert "new-mark" not in lines_of(as_bea, conversation)


def test_a_line_about_the_listing_is_neither_new_nor_in_a_group(
    app: Flask, as_bea: FlaskClient, sam: User, bea: User, conversation: int, bicycle: int
):
    now = datetime.now(UTC)
    say(app, sam, conversation, now)
    with app.test_request_context():
        conversations.mark_read(bea, conversation, 1)
        listings.set_status(sam, bicycle, Status.RESERVED)
    lines = lines_of(as_bea, conversation)
    assert [line for line in lines if line != "day"] == ["1", "2"]


def test_only_the_last_own_message_shows_how_far_it_is(
    app: Flask, as_bea: FlaskClient, bea: User, conversation: int
):
    say(app, bea, conversation, at(10, 9, 0), at(10, 9, 1))
    page = as_bea.get(f"/messages/{conversation}").get_data(as_text=True)
    assert re.findall(r'class="message[^"]* latest"[^>]*data-seq="(\d+)"', page) == ["2"]
