"""Contact seller, by its form."""

from urllib.parse import parse_qs, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from marketplace.catalogue.models import Status
from marketplace.messaging import inbox, messages
from tests import cast
from tests.cast import place_in


def contact(client: FlaskClient, listing: int, **fields: str) -> TestResponse:
    return client.post(
        f"/marketplace/{listing}/contact", data={"csrf_token": cast.token(client), **fields}
    )


def texts(app: Flask, user: User) -> list[str]:
    with app.app_context():
        return [
            item.body
            for row in inbox.inbox_of(user).rows
            for item in messages.latest(place_in(row.conversation_id))[0]
        ]


def test_it_leads_to_the_conversation(as_bea: FlaskClient, bicycle: int) -> None:
    opened = contact(as_bea, bicycle)
    assert opened.status_code == 303
    assert opened.location.startswith("/messages/")
    assert as_bea.get(opened.location).status_code == 200
    assert contact(as_bea, bicycle).location == opened.location


def test_a_text_is_sent_along_once(
    app: Flask, as_bea: FlaskClient, sam: User, bicycle: int
) -> None:
    for _ in range(2):
        contact(as_bea, bicycle, body="Is it still available?", client_id="once")
    assert texts(app, sam) == ["Is it still available?"]


def test_line_ends_of_a_form_are_stored_as_typed(
    app: Flask, as_bea: FlaskClient, sam: User, bicycle: int
) -> None:
    contact(as_bea, bicycle, body="Hello\r\nSam")
    assert texts(app, sam) == ["Hello\nSam"]


def test_a_text_too_long_comes_back_with_its_error(
    app: Flask, as_bea: FlaskClient, sam: User, bicycle: int
) -> None:
    refused = contact(as_bea, bicycle, body="y" * 5001)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "y" * 5001 in page
    assert "5000" in page
    assert texts(app, sam) == []


def test_the_owner_has_no_button_and_is_refused(as_sam: FlaskClient, bicycle: int) -> None:
    page = as_sam.get(f"/marketplace/{bicycle}").get_data(as_text=True)
    assert f'action="/marketplace/{bicycle}/contact"' not in page
    assert contact(as_sam, bicycle).status_code == 403


def test_the_button_becomes_a_way_back(as_bea: FlaskClient, bicycle: int) -> None:
    page = as_bea.get(f"/marketplace/{bicycle}").get_data(as_text=True)
    assert f'action="/marketplace/{bicycle}/contact"' in page
    opened = contact(as_bea, bicycle).location
    page = as_bea.get(f"/marketplace/{bicycle}").get_data(as_text=True)
    assert opened in page
    assert "Continue conversation" in page


def test_signed_out_it_is_to_sign_in_and_back_with_the_text(
    app: Flask, client: FlaskClient, sam: User, bea: User, bicycle: int
) -> None:
    asked = contact(client, bicycle, body="Is it <still> available?")
    assert asked.status_code == 303
    login = urlsplit(asked.location)
    assert login.path == "/login"
    back = parse_qs(login.query)["next"][0]
    signed_in = client.post(
        asked.location,
        data={
            "csrf_token": cast.token(client),
            "email": bea.email,
            "password": cast.PASSWORD,
            "next": back,
        },
    )
    assert urlsplit(signed_in.location).path == f"/marketplace/{bicycle}/contact"
    page = client.get(signed_in.location).get_data(as_text=True)
    assert "Is it &lt;still&gt; available?" in page
    assert texts(app, sam) == []  # a GET changes nothing; the button is one click away
    sent = contact(client, bicycle, body="Is it <still> available?")
    assert sent.location.startswith("/messages/")
    assert texts(app, sam) == ["Is it <still> available?"]


def test_signed_out_a_long_text_stays_on_the_page(client: FlaskClient, bicycle: int) -> None:
    kept = contact(client, bicycle, body="é" * 3000)
    assert kept.status_code == 401
    assert "é" * 3000 in kept.get_data(as_text=True)
    assert "/login" in kept.get_data(as_text=True)


def test_a_listing_that_is_gone_is_not_found(app: Flask, as_bea: FlaskClient, sam: User) -> None:
    withdrawn = cast.listing(app, sam, "Lamp", Status.WITHDRAWN)
    for gone in (withdrawn, 987654, 2**70):
        assert contact(as_bea, gone).status_code == 404


def test_a_sold_listing_says_so(app: Flask, as_bea: FlaskClient, sam: User) -> None:
    sold = cast.listing(app, sam, "Lamp", Status.SOLD)
    refused = contact(as_bea, sold, body="Is it still available?")
    assert refused.status_code == 403
    assert "sold" in refused.get_data(as_text=True)


def test_without_a_csrf_token_nothing_is_stored(
    app: Flask, as_bea: FlaskClient, sam: User, bicycle: int
) -> None:
    refused = as_bea.post(f"/marketplace/{bicycle}/contact", data={"body": "Hello"})
    assert refused.status_code == 400
    assert texts(app, sam) == []
