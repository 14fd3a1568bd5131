"""One listing open in two tabs: the older page takes nothing back in silence."""

import io
import re
import threading
from contextlib import suppress
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.catalogue import listings
from marketplace.catalogue.details import Details
from marketplace.catalogue.models import Status
from marketplace.texts.errors import OutdatedError
from tests.catalogue import uploads
from tests.catalogue.selling import stored
from tests.messaging.test_attachments import at_once
from tests.tabs import Tab

BLUE = Details(title="Blue bicycle", description="Faster.", price_minor=1, currency="EUR")
GREEN = Details(title="Green bicycle", description="Slower.", price_minor=2, currency="EUR")


def meanwhile(page: str) -> dict[str, str]:
    """What stands beside each field that was changed meanwhile."""
    return dict(re.findall(r'id="(\w+)-meanwhile">.*?<strong[^>]*>(.*?)</strong>', page, re.S))


@pytest.fixture
def edit_page(bicycle: int) -> str:
    return f"/marketplace/{bicycle}/edit"


def test_the_second_save_of_one_state_is_told_what_it_says_now(
    app: Flask, as_sam: FlaskClient, bicycle: int, edit_page: str
) -> None:
    """Mechanism: the version in the form, compared in ``listings.edit``."""
    first, second = Tab(as_sam, edit_page), Tab(as_sam, edit_page)
    assert first.send(price="80").status_code == 303
    told = second.send(title="Red bicycle, as new", price="100")
    assert told.status_code == 409
    assert "This was changed meanwhile" in told.text
    assert meanwhile(told.text) == {"price": "80"}
    shown = Tab(as_sam, told)
    assert (shown.fields["title"], shown.fields["price"]) == ("Red bicycle, as new", "100")
    listing = stored(app, bicycle)
    assert (listing.title, listing.price_minor) == ("Red bicycle", 80_00)


def test_sent_again_it_overwrites_knowingly(
    app: Flask, as_sam: FlaskClient, bicycle: int, edit_page: str
) -> None:
    first, second = Tab(as_sam, edit_page), Tab(as_sam, edit_page)
    first.send(price="80")
    told = Tab(as_sam, second.send(price="100"))
    assert told.send().status_code == 303
    assert stored(app, bicycle).price_minor == 100_00


def test_a_change_between_the_two_is_told_as_well(
    as_sam: FlaskClient, bicycle: int, edit_page: str
) -> None:
    first, second = Tab(as_sam, edit_page), Tab(as_sam, edit_page)
    first.send(price="80")
    told = Tab(as_sam, second.send(price="100"))
    Tab(as_sam, edit_page).send(description="Rusty.", price="80")
    again = told.send()
    assert again.status_code == 409
    assert meanwhile(again.text) == {"description": "Rusty."}


def test_every_field_of_the_form_is_compared(as_sam: FlaskClient, edit_page: str) -> None:
    first, second = Tab(as_sam, edit_page), Tab(as_sam, edit_page)
    first.send(title="<b>Blue</b>", description="Gone soon.", price="1 000", currency="CHF")
    assert meanwhile(second.send(title="Green bicycle").text) == {
        "title": "&lt;b&gt;Blue&lt;/b&gt;",
        "description": "Gone soon.",
        "price": "1000",
        "currency": "CHF",
    }


def test_the_same_form_sent_twice_has_reached_its_aim(
    app: Flask, as_sam: FlaskClient, bicycle: int, edit_page: str
) -> None:
    tab = Tab(as_sam, edit_page)
    assert [tab.send(price="80").status_code for _ in range(2)] == [303, 303]
    assert stored(app, bicycle).price_minor == 80_00


def test_what_the_form_does_not_show_does_not_hold_it_up(
    app: Flask, as_sam: FlaskClient, bicycle: int, edit_page: str
) -> None:
    first, second = Tab(as_sam, edit_page), Tab(as_sam, edit_page)
    Tab(as_sam, f"/marketplace/{bicycle}").send(status="reserved")
    first.send(photos=[(io.BytesIO(uploads.jpeg()), "a.jpg")])
    assert second.send(price="80").status_code == 303
    listing = stored(app, bicycle)
    assert (listing.status, listing.price_minor) == (Status.RESERVED, 80_00)
    assert len(listing.photos) == 1


def test_photos_that_were_chosen_have_to_be_chosen_again(
    as_sam: FlaskClient, edit_page: str
) -> None:
    first, second = Tab(as_sam, edit_page), Tab(as_sam, edit_page)
    first.send(price="80")
    told = second.send(price="100", photos=[(io.BytesIO(uploads.jpeg()), "a.jpg")])
    assert told.status_code == 409
    assert "Please choose the photos again" in told.text


@pytest.mark.parametrize("version", [None, "", "x", "-1", "9" * 5000, "1.5"])
def test_a_form_that_names_no_version_overwrites(
    app: Flask, as_sam: FlaskClient, bicycle: int, edit_page: str, version: str | None
) -> None:
    """So do programs that know of none."""
    first, second = Tab(as_sam, edit_page), Tab(as_sam, edit_page)
    first.send(price="80")
    assert second.send(price="90", version=version, seen="x").status_code == 303
    assert stored(app, bicycle).price_minor == 90_00


def test_two_edits_of_one_state_at_one_instant_are_as_in_turn(
    app: Flask, sam: User, bicycle: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mechanism: the comparison under the row's lock. Without the lock both have compared before
    either stores; with it the first one waits here for the other in vain."""
    describe, both_compared = listings._describe, threading.Barrier(2)

    def linger_and_describe(*arguments: object) -> None:
        with suppress(threading.BrokenBarrierError):
            both_compared.wait(1)
        describe(*arguments)

    monkeypatch.setattr(listings, "_describe", linger_and_describe)
    edits = [partial(listings.edit, sam, bicycle, details, version=1) for details in (BLUE, GREEN)]
    assert at_once(app, *edits) == ["done", "outdated"]


def test_every_change_takes_a_version(app_context: None, sam: User, bicycle: int) -> None:
    versions = [
        listings.edit(sam, bicycle, BLUE).version,
        listings.edit(sam, bicycle, BLUE).version,
        listings.set_status(sam, bicycle, Status.SOLD).version,
        listings.withdraw(sam, bicycle).version,
    ]
    assert versions == [2, 2, 3, 4]
    with pytest.raises(OutdatedError):
        listings.edit(sam, bicycle, GREEN, version=3)


@pytest.mark.parametrize("button", ["status", "delete"])
def test_a_button_of_an_older_page_does_not_take_back_the_status(
    app: Flask, as_sam: FlaskClient, sam: User, bicycle: int, button: str
) -> None:
    """Mechanism: ``seen``, what the page said, compared in ``listings.set_status``."""
    old, new = Tab(as_sam, f"/marketplace/{bicycle}"), Tab(as_sam, f"/marketplace/{bicycle}")
    new.send(status="sold")
    path = f"/marketplace/{bicycle}/{button}"
    told = old.send(path, status="reserved")
    assert told.status_code == 409
    assert "The status of this listing was changed meanwhile." in told.text
    assert stored(app, bicycle).status is Status.SOLD
    assert Tab(as_sam, told).send(path, status="reserved").status_code == 303
    assert stored(app, bicycle, viewer=sam).status is not Status.SOLD


def test_a_button_whose_aim_is_reached_says_nothing(
    app: Flask, as_sam: FlaskClient, bicycle: int
) -> None:
    old, new = Tab(as_sam, f"/marketplace/{bicycle}"), Tab(as_sam, f"/marketplace/{bicycle}")
    new.send(status="reserved")
    new_page = Tab(as_sam, f"/marketplace/{bicycle}")
    new_page.send(status="sold")
    assert old.send(status="sold").status_code == 303
    assert stored(app, bicycle).status is Status.SOLD
