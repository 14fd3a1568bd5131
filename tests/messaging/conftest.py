"""Bea has asked Sam about the bicycle."""

import pytest
from flask import Flask

from marketplace.accounts.models import User
from marketplace.messaging import conversations, messages


@pytest.fixture
def conversation(app: Flask, sam: User, bea: User, bicycle: int) -> int:
    """The id of Bea's and Sam's conversation about the bicycle, still without a message."""
    with app.app_context():
        return conversations.open_about(bea, bicycle)


@pytest.fixture
def asked(app: Flask, bea: User, conversation: int) -> int:
    """The same conversation, in which Bea has asked one question."""
    with app.app_context():
        messages.send(bea, conversation, "Is it still available?", "first")
    return conversation
