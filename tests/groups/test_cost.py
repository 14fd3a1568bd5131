"""A group of many asks the database no more often than one of two."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.messaging import conversations, messages
from tests import cast
from tests.queries import counted

MANY = 12  # of fifty: each of them takes a verb to come in


def test_two_or_many_are_as_many_statements(
    app: Flask, as_bea: FlaskClient, bea: User, sam: User
) -> None:
    others = [cast.person(app, f"P{number}") for number in range(MANY)]
    pair, few = cast.meet(app, bea, sam), cast.group(app, bea, sam)
    many = cast.group(app, bea, *others)
    with app.app_context():
        for conversation in (pair, few, many):
            messages.send(bea, conversation, "Hello", "first")
    numbers = iter(range(100))

    def asked(act: Callable[[int], object], conversation: int) -> int:
        with app.app_context():
            act(conversation)  # what is asked for once only
            with counted() as statements:
                act(conversation)
        return len(statements)

    def poll(conversation: int) -> object:
        return as_bea.get(f"/messages/{conversation}/poll?after=0")

    def show(conversation: int) -> object:
        return as_bea.get(f"/messages/{conversation}")

    def send(conversation: int) -> object:
        return messages.send(bea, conversation, "Hello", f"n{next(numbers)}")

    def read(conversation: int) -> object:
        return conversations.mark_read(sam, conversation, next(numbers))

    for act in (poll, show, send):
        assert asked(act, few) == asked(act, many)
    assert asked(send, pair) == asked(send, many)
    assert asked(poll, pair) == asked(poll, many)
    assert asked(read, pair) == asked(read, few)
