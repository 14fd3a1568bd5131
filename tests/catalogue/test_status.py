"""Reserved, sold, withdrawn and back; and those who must hear of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.catalogue import listings
from marketplace.catalogue.details import Details
from marketplace.catalogue.models import Listing, Status
from marketplace.storage.database import db
from marketplace.texts.errors import ForbiddenError, NotFoundError
from tests import cast
from tests.catalogue.selling import press, stored

DETAILS = Details(title="Blue bicycle", description="Faster.", price_minor=1, currency="EUR")


def set_status(client: FlaskClient, listing: int, status: str):
    return press(client, f"/marketplace/{listing}/status", status=status)


@pytest.mark.parametrize("status", ["reserved", "sold", "available"])
def test_its_owner_says_where_it_stands(
    app: Flask, as_sam: FlaskClient, bicycle: int, status: str
) -> None:
    response = set_status(as_sam, bicycle, status)
    assert (response.status_code, response.location) == (303, f"/marketplace/{bicycle}")
    assert stored(app, bicycle).status.value == status


@pytest.mark.parametrize("status", ["", "SOLD", "gone", "x" * 500, "sold\0"])
def test_a_status_there_is_none_of_is_refused(
    app: Flask, as_sam: FlaskClient, bicycle: int, status: str
) -> None:
    assert set_status(as_sam, bicycle, status).status_code == 422
    assert stored(app, bicycle).status is Status.AVAILABLE


def test_withdrawing_hides_it_and_putting_it_back_shows_it(
    client: FlaskClient, as_sam: FlaskClient, bicycle: int
) -> None:
    response = press(as_sam, f"/marketplace/{bicycle}/delete")
    assert (response.status_code, response.location) == (303, "/marketplace/mine")
    assert client.get(f"/marketplace/{bicycle}").status_code == 404
    assert "Red bicycle" not in client.get("/marketplace").text
    assert "Withdrawn" in as_sam.get("/marketplace/mine").text
    set_status(as_sam, bicycle, "available")
    assert client.get(f"/marketplace/{bicycle}").status_code == 200
    assert "Red bicycle" in client.get("/marketplace").text


def test_the_page_asks_before_it_withdraws(as_sam: FlaskClient, bicycle: int) -> None:
    page = as_sam.get(f"/marketplace/{bicycle}").text
    assert "<details" in page.split("Withdraw this listing")[0]
    assert "Yes, withdraw it" in page


@pytest.mark.parametrize(("status", "answer"), [(Status.AVAILABLE, 403), (Status.WITHDRAWN, 404)])
def test_a_stranger_changes_nothing(
    app: Flask, as_olly: FlaskClient, sam: User, status: Status, answer: int
) -> None:
    listing = cast.listing(app, sam, "Red bicycle", status)
    assert set_status(as_olly, listing, "sold").status_code == answer
    assert press(as_olly, f"/marketplace/{listing}/delete").status_code == answer
    assert stored(app, listing, viewer=sam).status is status


def test_who_is_not_signed_in_changes_nothing(
    app: Flask, client: FlaskClient, bicycle: int
) -> None:
    for response in (
        set_status(client, bicycle, "sold"),
        press(client, f"/marketplace/{bicycle}/delete"),
    ):
        assert response.location.startswith("/login")
    assert stored(app, bicycle).status is Status.AVAILABLE


def test_verbs_refuse_strangers_too(app_context: None, olly: User, sam: User, bicycle: int) -> None:
    for verb in (
        lambda: listings.edit(olly, bicycle, DETAILS),
        lambda: listings.set_status(olly, bicycle, Status.SOLD),
        lambda: listings.withdraw(olly, bicycle),
    ):
        with pytest.raises(ForbiddenError):
            verb()
    listings.withdraw(sam, bicycle)
    with pytest.raises(NotFoundError):
        listings.withdraw(olly, bicycle)


@contextmanager
def subscribed(listener) -> Iterator[None]:
    with listings.listing_changed.connected_to(listener):
        yield


def test_subscribers_hear_of_each_change_once(app_context: None, sam: User, bicycle: int) -> None:
    heard: list[tuple[int, Status]] = []
    with subscribed(lambda listing, **_: heard.append((listing.id, listing.status))):
        listings.set_status(sam, bicycle, Status.SOLD)
        listings.set_status(sam, bicycle, Status.SOLD)
        listings.edit(sam, bicycle, DETAILS)
        listings.withdraw(sam, bicycle)
        listings.create(sam, DETAILS)
    assert heard == [
        (bicycle, Status.SOLD),
        (bicycle, Status.SOLD),
        (bicycle, Status.WITHDRAWN),
    ]


def test_subscribers_hear_what_is_different_and_nothing_else(
    app_context: None, sam: User, bicycle: int
) -> None:
    as_it_is = Details(
        title="Red bicycle", description="Rides well.", price_minor=12_000, currency="EUR"
    )
    listings.edit(sam, bicycle, as_it_is)
    heard: list[set[str]] = []
    with subscribed(lambda _listing, changed: heard.append(changed)):
        listings.edit(sam, bicycle, as_it_is)
        listings.edit(sam, bicycle, replace(as_it_is, price_minor=11_000))
        listings.set_status(sam, bicycle, Status.RESERVED)
    assert heard == [set(), {"price_minor"}, {"status"}]


def test_what_a_subscriber_writes_is_stored_with_the_change(
    app: Flask, app_context: None, sam: User, bicycle: int
) -> None:
    def also_write(_listing: Listing, **_: object) -> None:
        listings.create(sam, DETAILS)

    with subscribed(also_write):
        listings.set_status(sam, bicycle, Status.SOLD)
    db.session.rollback()
    titles = set(db.session.scalars(select(Listing.title)))
    assert titles == {"Red bicycle", "Blue bicycle"}


def test_a_subscriber_that_fails_takes_the_change_with_it(
    app: Flask, app_context: None, sam: User, bicycle: int
) -> None:
    def fail(_listing: Listing, **_: object) -> None:
        raise RuntimeError("no")

    with subscribed(fail), pytest.raises(RuntimeError):
        listings.set_status(sam, bicycle, Status.SOLD)
    assert stored(app, bicycle).status is Status.AVAILABLE
