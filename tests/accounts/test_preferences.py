"""What people set for themselves on their profile page, with plain checkboxes."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.storage.database import db
from tests.accounts.browsing import submit

FIRST = {
    "enter_sends": True,
    "sound": False,
    "notifications": False,
    "shows_presence": True,
    "shows_receipts": True,
}


def stored(app: Flask, user: User) -> dict[str, bool]:
    with app.app_context():
        found = db.session.get_one(User, user.id)
        return {name: getattr(found, name) for name in FIRST}


def shown(page: str) -> dict[str, bool]:
    switches = re.findall(r'<input[^>]*type="checkbox"[^>]*>', page)
    return {re.findall(r'name="(\w+)"', each)[0]: " checked" in each for each in switches}


def test_at_first_enter_sends_nothing_rings_and_nothing_is_hidden(
    app: Flask, as_sam: FlaskClient, sam: User
) -> None:
    assert stored(app, sam) == shown(as_sam.get("/profile").text) == FIRST


@pytest.mark.parametrize("name", FIRST)
def test_each_is_switched_by_itself(
    app: Flask, as_sam: FlaskClient, sam: User, bea: User, name: str
) -> None:
    wanted = FIRST | {name: not FIRST[name]}
    sent = {each: "y" for each, on in wanted.items() if on}
    answer = submit(as_sam, "/profile", name="Sam", language="", **sent)
    assert (answer.status_code, answer.location) == (303, "/profile")
    assert stored(app, sam) == shown(as_sam.get("/profile").text) == wanted
    assert stored(app, bea) == FIRST


def test_a_refused_form_stores_none_and_keeps_what_was_switched(
    app: Flask, as_sam: FlaskClient, sam: User
) -> None:
    answer = submit(as_sam, "/profile", name=" ", language="", sound="y")
    assert answer.status_code == 422
    assert shown(answer.text) == dict.fromkeys(FIRST, False) | {"sound": True}
    assert stored(app, sam) == FIRST


def test_each_has_a_label_and_help_under_its_heading(as_sam: FlaskClient) -> None:
    page = as_sam.get("/profile").text
    headings = re.findall(r"<legend[^>]*>([^<]+)</legend>", page)
    assert headings == ["Writing", "Alerts", "Privacy"]
    for name in FIRST:
        assert f'aria-describedby="{name}-help"' in page
        assert re.search(rf'<label[^>]*for="{name}">[^<]+</label>', page)
        assert re.search(rf'id="{name}-help">[^<]+</div>', page)
