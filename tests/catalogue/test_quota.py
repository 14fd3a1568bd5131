"""How many listings one person may have open at once."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.catalogue import listings, quota
from marketplace.catalogue.models import Status
from tests import cast
from tests.catalogue.selling import press, sell

MAX = 3


@pytest.fixture
def full(app: Flask, sam: User, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sam's listings: as many as one may have open, one of them reserved, and a sold one."""
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", True)
    monkeypatch.setattr(quota, "OPEN_MAX", MAX)
    statuses = (Status.AVAILABLE, Status.AVAILABLE, Status.RESERVED, Status.SOLD)
    return [cast.listing(app, sam, f"Chair {each}", each) for each in statuses]


def count(app: Flask, seller: User) -> int:
    with app.app_context():
        return len(listings.browse_own(seller).listings)


def test_one_more_is_refused_in_the_form_and_what_was_typed_stays(
    app: Flask, sam: User, as_sam: FlaskClient, full: list[int]
):
    """Mechanism: ``check_room`` in ``create``."""
    answer = sell(as_sam, title="A fifth chair")
    assert answer.status_code == 403
    assert f"You have {MAX} open listings" in answer.text
    assert 'value="A fifth chair"' in answer.text
    assert count(app, sam) == len(full)


def test_what_was_sold_does_not_come_back_as_one_too_many(as_sam: FlaskClient, full: list[int]):
    """Mechanism: ``check_room`` in ``set_status``."""
    *still_open, sold = full
    answer = press(as_sam, f"/marketplace/{sold}/status", status="available")
    assert answer.status_code == 403
    assert f"You have {MAX} open listings" in answer.text
    reserved = press(as_sam, f"/marketplace/{still_open[0]}/status", status="reserved")
    assert reserved.status_code == 303, "it was open before"


def test_there_is_room_again_after_one_is_gone(
    as_sam: FlaskClient, as_olly: FlaskClient, full: list[int]
):
    assert press(as_sam, f"/marketplace/{full[0]}/delete").status_code == 303
    assert sell(as_sam).status_code == 303
    assert sell(as_sam).status_code == 403
    assert sell(as_olly).status_code == 303, "not his quota"
