"""Staff carry a mark beside their name wherever it stands, and nobody else does."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts import staff
from marketplace.accounts.models import User
from tests import cast
from tests.queries import counted

MARK = 'class="staff-mark"'
SAID = "Sam (Staff):"
PAGES = ("/marketplace", "/marketplace/{listing}", "/messages", "/messages/{conversation}")


@pytest.fixture
def pages(bicycle: int, asked: int) -> list[str]:
    return [path.format(listing=bicycle, conversation=asked) for path in PAGES]


def test_it_stands_beside_their_name_and_no_other(
    app: Flask, as_bea: FlaskClient, sam: User, pages: list[str]
) -> None:
    before = [as_bea.get(path).text for path in pages]
    assert [page.count(MARK) for page in before] == [0] * len(pages)
    with app.app_context():
        staff.add(sam.email)
    after = [as_bea.get(path).text for path in pages]
    assert all(MARK in page for page in after)
    with app.app_context():
        staff.remove(sam.email)
    assert not any(MARK in as_bea.get(path).text for path in pages)


def test_it_is_said_with_a_message(
    app: Flask, as_bea: FlaskClient, as_sam: FlaskClient, sam: User, conversation: int
) -> None:
    url = f"/api/v1/conversations/{conversation}/messages"
    headers = {"X-CSRFToken": cast.token(as_sam)}
    assert as_sam.post(url, json={"body": "Hello"}, headers=headers).status_code == 201
    poll = f"/messages/{conversation}/poll?after=0"
    assert SAID not in str(as_bea.get(poll).get_json())
    with app.app_context():
        staff.add(sam.email)
    assert SAID in str(as_bea.get(poll).get_json())
    assert SAID not in str(as_sam.get(poll).get_json())  # who reads "You"


def test_it_costs_no_statement(
    app: Flask, as_bea: FlaskClient, sam: User, pages: list[str]
) -> None:
    def statements() -> list[int]:
        counts = []
        for path in pages:
            with counted() as asked:
                as_bea.get(path)
            counts.append(len(asked))
        return counts

    statements()  # what is looked at once
    before = statements()
    with app.app_context():
        staff.add(sam.email)
    assert statements() == before
