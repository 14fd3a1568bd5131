"""Putting something up for sale by the form."""

import html

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.catalogue.models import Status
from tests import cast
from tests.catalogue import selling, uploads
from tests.catalogue.selling import errors, files, id_in, sell, stored


def test_it_is_stored_as_typed_and_shown(app: Flask, as_sam: FlaskClient, sam: User) -> None:
    response = sell(
        as_sam,
        title="Vélo 🚲",
        description="Beau.\r\n\r\nComme neuf.",
        price="1 200,50",
        currency="CHF",
    )
    listing = stored(app, id_in(response))
    assert (listing.title, listing.description) == ("Vélo 🚲", "Beau.\n\nComme neuf.")
    assert (listing.price_minor, listing.currency) == (1_200_50, "CHF")
    assert (listing.seller_id, listing.status) == (sam.id, Status.AVAILABLE)
    page = as_sam.get(response.location).text
    assert "Your listing is online." in page
    assert "Beau.\n\nComme neuf." in page


def test_texts_are_trimmed_and_what_nobody_sees_is_taken_out(
    app: Flask, as_sam: FlaskClient
) -> None:
    response = sell(
        as_sam,
        title="  \u202eRed\x07\u200b\u2028bicycle 👩\u200d🔧\t",
        description="\n Rides\x1bvery\twell. \n\nReally. \n",
    )
    listing = stored(app, id_in(response))
    assert listing.title == "Red bicycle 👩\u200d🔧"
    assert listing.description == "Rides very\twell. \n\nReally."


def test_the_seller_is_who_is_signed_in_whatever_the_form_says(
    app: Flask, as_sam: FlaskClient, sam: User, bea: User
) -> None:
    listing = stored(app, id_in(sell(as_sam, seller_id=str(bea.id), seller=str(bea.id))))
    assert listing.seller_id == sam.id


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", " \u200b\u00a0 "),
        ("title", "\u2800\u3164"),
        ("title", "t" * 121),
        ("title", "Cheaper at example.com"),
        ("title", "Bicycle, call 06 12 34 56 78"),
        ("title", "a\0b"),
        ("description", ""),
        ("description", "\r\n \t"),
        ("description", "\u2800\u3164"),
        ("description", "d" * 5001),
        ("description", "a\0b"),
        ("price", ""),
        ("price", "-1"),
        ("price", "NaN"),
        ("price", "1000000000000"),
        ("price", "a lot"),
        ("price", "1\0"),
        ("currency", "XXX"),
        ("currency", ""),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_beside_its_field(
    app: Flask, as_sam: FlaskClient, field: str, value: str
) -> None:
    response = sell(as_sam, **{field: value})
    assert response.status_code == 422
    assert list(errors(response)) == [field]
    assert "Nothing is for sale yet." in as_sam.get("/marketplace").text


@pytest.mark.parametrize("field", ["title", "description", "price"])
def test_a_field_that_is_missing_is_refused(as_sam: FlaskClient, field: str) -> None:
    fields = {name: value for name, value in selling.FIELDS.items() if name != field}
    response = as_sam.post("/marketplace/new", data={"csrf_token": cast.token(as_sam), **fields})
    assert response.status_code == 422
    assert list(errors(response)) == [field]


def test_the_longest_texts_fit(app: Flask, as_sam: FlaskClient) -> None:
    response = sell(as_sam, title="🚲" * 120, description="é\r\n" * 2500, price="10000000")
    listing = stored(app, id_in(response))
    assert len(listing.title) == 120
    assert len(listing.description) == 4999


def test_all_errors_come_at_once_and_the_text_is_kept(as_sam: FlaskClient) -> None:
    typed = {"title": "t" * 200, "description": "<b>Rides</b> well.", "price": "much"}
    response = sell(as_sam, (uploads.jpeg(), "bike.jpg"), **typed, currency="GBP")
    assert response.status_code == 422
    assert set(errors(response)) == {"title", "price"}
    for text in typed.values():
        assert html.escape(text) in response.text
    assert '<option selected value="GBP">' in response.text
    assert "choose the photos again" in response.text


def test_without_photos_nothing_is_said_about_choosing_them_again(as_sam: FlaskClient) -> None:
    assert "choose the photos again" not in sell(as_sam, title="").text


def test_who_is_not_signed_in_goes_to_the_sign_in(app: Flask, client: FlaskClient) -> None:
    response = client.get("/marketplace/new")
    assert response.status_code == 303
    assert response.location.startswith("/login")
    assert sell(client).status_code == 401
    assert "next=/marketplace/new" in client.get("/marketplace/new").location
    assert "Nothing is for sale yet." in client.get("/marketplace").text


def test_without_the_csrf_token_nothing_is_stored(app: Flask, as_sam: FlaskClient) -> None:
    before = files(app)
    assert sell(as_sam, (uploads.jpeg(), "a.jpg"), csrf_token="wrong").status_code == 400
    assert files(app) == before
    assert "Nothing is for sale yet." in as_sam.get("/marketplace").text


def test_free_is_a_price(app: Flask, as_sam: FlaskClient) -> None:
    response = sell(as_sam, price="0")
    assert stored(app, id_in(response)).price_minor == 0
    assert ">Free<" in as_sam.get(response.location).text
