"""An open page learns from the poll that nobody, or not this reader, can write any more."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.catalogue import listings
from marketplace.catalogue.models import Status
from marketplace.messaging import blocks, participants, places, policy
from tests.messaging.polling import ask, change
from tests.queries import counted


def closed(client: FlaskClient, conversation: int, tag: str | None = None) -> str | None:
    answer = ask(client, conversation, tag)
    assert answer.status_code == 200
    news: Any = answer.json
    sentence: str | None = news["closed"]
    return sentence


def test_an_open_conversation_has_no_sentence(as_sam: FlaskClient, asked: int) -> None:
    assert closed(as_sam, asked) is None


def test_a_sale_closes_it_for_both_and_coming_back_opens_it(
    app: Flask, as_sam: FlaskClient, as_bea: FlaskClient, sam: User, asked: int, bicycle: int
) -> None:
    tag = ask(as_bea, asked).headers["ETag"]
    with app.app_context():
        listings.set_status(sam, bicycle, Status.SOLD)
    sentence = "This listing is sold; nobody can write about it any more."
    assert closed(as_bea, asked, tag) == closed(as_sam, asked) == sentence
    with app.app_context():
        listings.set_status(sam, bicycle, Status.AVAILABLE)
    assert closed(as_bea, asked) is None


def test_a_block_closes_it_for_both_each_told_what_concerns_them(
    app: Flask, as_sam: FlaskClient, as_bea: FlaskClient, sam: User, bea: User, asked: int
) -> None:
    tag = ask(as_bea, asked).headers["ETag"]
    with app.app_context():
        blocks.block(sam, bea.id)
    assert closed(as_sam, asked) == "You blocked Bea."
    assert closed(as_bea, asked, tag) == "It is not possible to write here."


def test_the_sentence_is_in_the_readers_language(
    app: Flask, as_bea: FlaskClient, sam: User, bea: User, asked: int, bicycle: int
) -> None:
    with app.app_context():
        listings.set_status(sam, bicycle, Status.SOLD)
    english = closed(as_bea, asked)
    change(app, bea, locale="fr")
    assert closed(as_bea, asked) not in (None, english)


def test_it_is_the_very_sentence_that_refuses_a_message(
    app: Flask, sam: User, bea: User, asked: int, bicycle: int
) -> None:
    def sentences() -> list[tuple[str | None, str | None]]:
        with app.test_request_context():
            return [
                (
                    participants.company_in(places.get_for(user, asked)).closed,
                    policy.closed(places.get_for(user, asked)),
                )
                for user in (sam, bea)
            ]

    found = sentences()
    for change_something in (
        lambda: blocks.block(bea, sam.id),
        lambda: blocks.block(sam, bea.id),
        lambda: listings.set_status(sam, bicycle, Status.WITHDRAWN),
        lambda: blocks.unblock(bea, sam.id),
    ):
        with app.app_context():
            change_something()
        found += sentences()
    assert [told for told, _ in found] == [refused for _, refused in found]
    assert len({told for told, _ in found}) > 3


def test_an_answer_with_news_is_three_statements(as_sam: FlaskClient, asked: int) -> None:
    """The state, the messages, and the people with all the policy wants to know."""
    ask(as_sam, asked)  # notes when the reader was seen
    with counted() as statements:
        ask(as_sam, asked)
    assert len(statements) == 3, statements
