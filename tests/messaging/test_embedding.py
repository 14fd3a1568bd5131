"""What other pages put in of messaging: the example of docs/integration.md as a page."""

import re

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.messaging import conversations, messages
from tests import cast
from tests.servers import ROOT

EXAMPLE = re.compile(r"## Three things for other pages.*?```jinja\n(.*?)```", re.S)


@pytest.fixture
def elsewhere(app: Flask, bicycle: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a page that is none of ours: its layout is the example's."""
    found = EXAMPLE.search((ROOT / "docs" / "integration.md").read_text())
    assert found

    def show() -> str:
        return render_template_string(found[1], listing_id=bicycle)

    monkeypatch.setitem(app.view_functions, "catalogue.browse", show)
    return "/marketplace"


def text_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_button_leads_to_the_conversation(as_bea: FlaskClient, bicycle: int, elsewhere: str):
    html = text_of(as_bea, elsewhere)
    action = re.search(r'<form action="([^"]+/contact)"', html)
    token = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert action
    assert token
    assert action[1] == f"/marketplace/{bicycle}/contact"

    answer = as_bea.post(action[1], data={"csrf_token": token[1]})

    assert answer.status_code == 303
    assert re.fullmatch(r"/messages/\d+", answer.location)


def test_the_badge_shows_what_is_unread_and_to_whom_it_belongs(
    app: Flask,
    as_bea: FlaskClient,
    as_sam: FlaskClient,
    bea: User,
    sam: User,
    bicycle: int,
    elsewhere: str,
):
    with app.app_context():
        conversation_id = conversations.open_about(bea, bicycle)
        messages.send(bea, conversation_id, "Is it still available?", "one")
    assert '<span class="count" data-unread-messages="1">1</span>' in text_of(as_sam, elsewhere)
    assert f'data-user="{sam.id}"' in text_of(as_sam, elsewhere)
    assert '<span class="count" data-unread-messages="0" hidden>0</span>' in text_of(
        as_bea, elsewhere
    )


def test_who_is_not_signed_in_has_a_button_and_no_badge(client: FlaskClient, elsewhere: str):
    html = text_of(client, elsewhere)
    assert "<unread-badge" not in html
    assert "Contact seller" in html


def test_the_badge_says_which_alerts_are_wanted(app: Flask, bea: User, elsewhere: str):
    browser = cast.browser_of(app, bea)
    assert "data-sound" not in text_of(browser, elsewhere)

    token = cast.token(browser)
    browser.post("/profile", data={"csrf_token": token, "name": "Bea", "sound": "y"})

    assert " data-sound>" in text_of(browser, elsewhere)
    assert "data-notifications" not in text_of(browser, elsewhere)


def test_the_scripts_come_from_here_and_all_at_once(
    app: Flask, as_bea: FlaskClient, elsewhere: str
):
    html = text_of(as_bea, elsewhere)
    assert '<meta name="csrf-token" content="' in html
    addresses = re.findall(r'(?:href|src)="([^"]+\.js)"', html)
    assert f"{app.static_url_path}/js/site.js" in addresses
    assert f"{app.static_url_path}/js/elements/unread-badge.js" in addresses
    assert f"{app.static_url_path}/js/elements/connection-status.js" in addresses


def test_the_connection_status_says_nothing_as_long_as_all_is_well(
    as_bea: FlaskClient, elsewhere: str
):
    html = text_of(as_bea, elsewhere)
    assert re.search(r'id="connection-status" role="status" data-state="online"', html)
    assert "<span data-text></span>" in html
    assert '<a hidden data-when="signed-out" href="/login?next=/marketplace' in html
