"""Contact seller opens one conversation, and only for who may."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts.models import User
from marketplace.catalogue.models import Status
from marketplace.messaging import conversations
from marketplace.messaging.models import Conversation, Participant, Role
from marketplace.messaging.policy import ClosedError
from marketplace.storage.database import db
from marketplace.texts.errors import ForbiddenError, NotFoundError
from tests import cast


def test_buyer_and_seller_take_part(app_context: None, sam: User, bea: User, bicycle: int) -> None:
    opened = conversations.open_about(bea, bicycle)
    roles = db.session.execute(
        select(Participant.user_id, Participant.role).where(Participant.conversation_id == opened)
    ).all()
    assert {tuple(row) for row in roles} == {(bea.id, Role.BUYER), (sam.id, Role.SELLER)}


def test_a_second_time_finds_the_first(app_context: None, bea: User, bicycle: int) -> None:
    assert conversations.open_about(bea, bicycle) == conversations.open_about(bea, bicycle)


def test_another_buyer_gets_another_conversation(
    app_context: None, bea: User, olly: User, bicycle: int
) -> None:
    assert conversations.open_about(bea, bicycle) != conversations.open_about(olly, bicycle)


def test_fifty_at_once_make_one(app: Flask, bea: User, bicycle: int) -> None:
    """The mechanism: UNIQUE (listing_id, buyer_id). Without it there are many."""
    together = threading.Barrier(50)

    def click() -> int:
        together.wait()
        with app.app_context():
            return conversations.open_about(bea, bicycle)

    with ThreadPoolExecutor(50) as clicks:
        opened = {click.result() for click in [clicks.submit(click) for _ in range(50)]}
    with app.app_context():
        stored = db.session.scalar(select(func.count()).select_from(Conversation))
        participants = db.session.scalar(select(func.count()).select_from(Participant))
    assert len(opened) == 1
    assert (stored, participants) == (1, 2)


def test_nobody_writes_to_themselves(app_context: None, sam: User, bicycle: int) -> None:
    with pytest.raises(ForbiddenError):
        conversations.open_about(sam, bicycle)
    assert db.session.scalar(select(func.count()).select_from(Conversation)) == 0


def test_a_listing_that_is_gone_is_not_found(app_context: None, bea: User) -> None:
    with pytest.raises(NotFoundError):
        conversations.open_about(bea, 987654)


def test_a_withdrawn_listing_is_not_found(app: Flask, sam: User, bea: User) -> None:
    gone = cast.listing(app, sam, "Lamp", Status.WITHDRAWN)
    with app.app_context(), pytest.raises(NotFoundError):
        conversations.open_about(bea, gone)


def test_about_a_sold_listing_no_conversation_begins(app: Flask, sam: User, bea: User) -> None:
    sold = cast.listing(app, sam, "Lamp", Status.SOLD)
    with app.app_context(), pytest.raises(ClosedError):
        conversations.open_about(bea, sold)
