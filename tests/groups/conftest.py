"""Bea has a family group with Sam; Mia was asked into it, and Olly knows nothing of it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.messaging import groups, messages
from tests import cast


@pytest.fixture
def mia(app: Flask) -> User:
    """Mia is asked in."""
    return cast.person(app, "Mia")


@pytest.fixture
def as_mia(app: Flask, mia: User) -> FlaskClient:
    """Mia's browser."""
    return cast.browser_of(app, mia)


@pytest.fixture
def family(app: Flask, bea: User, sam: User) -> int:
    """Bea, its admin, and Sam; each has written once. Its lines are 1 to 3, the messages 4, 5."""
    conversation_id = cast.group(app, bea, sam)
    with app.app_context():
        messages.send(bea, conversation_id, "Where do we ride?", "1")
        messages.send(sam, conversation_id, "To the lake.", "1")
    return conversation_id


@pytest.fixture
def invited(app: Flask, bea: User, mia: User, family: int) -> int:
    """The same, after Bea has asked Mia in: line 6."""
    cast.meet(app, bea, mia)
    with app.app_context():
        groups.invite(bea, family, mia.id)
    return family
