"""The menu of a conversation, as forms that need no script: mute, archive, unread, block."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from marketplace.messaging import blocks, conversations, inbox
from marketplace.messaging.inbox import Folder, InboxRow
from tests import cast

MENU = re.compile(r'<details class="menu">.*?</details>', re.S)
CLOSE = "Let nobody write here"


def press(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    return client.post(address, data={"csrf_token": cast.token(client), **fields})


def deeds(client: FlaskClient, address: str) -> dict[str, str]:
    """What the first menu of a page offers: each button's address by its label."""
    menu = MENU.search(client.get(address).get_data(as_text=True))
    assert menu, "the page has no menu"
    assert 'method="post"' in menu[0]
    assert 'name="csrf_token"' in menu[0]
    buttons = re.findall(r'<button[^>]*formaction="([^"]+)"[^>]*>(.*?)</button>', menu[0], re.S)
    return {
        re.sub(r"<[^>]+>", "", label).strip(): to.replace("&amp;", "&") for to, label in buttons
    }


def row_of(app: Flask, user: User, folder: Folder = Folder.ALL) -> InboxRow:
    with app.app_context():
        (row,) = inbox.inbox_of(user, folder).rows
        return row


@pytest.mark.parametrize("verb", ["archive", "mute", "unread"])
def test_it_leads_back_to_the_inbox(as_sam: FlaskClient, asked: int, verb: str) -> None:
    done = press(as_sam, f"/messages/{asked}/{verb}")
    assert (done.status_code, done.location) == (303, "/messages")
    assert re.search(r'role="(status|alert)"', as_sam.get("/messages").text), "nothing is said"


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/messages?folder=unread&q=bicycle", "/messages?folder=unread&q=bicycle"),
        ("//elsewhere.example", "/messages"),
        ("/\\elsewhere.example", "/messages"),
        ("https://elsewhere.example", "/messages"),
        ("\tjavascript:alert(1)", "/messages"),
    ],
)
def test_it_leads_where_it_is_told_to_if_that_is_here(
    as_sam: FlaskClient, bea: User, asked: int, wanted: str, target: str
) -> None:
    for address in (f"/messages/{asked}/mute", f"/users/{bea.id}/block"):
        assert press(as_sam, address, next=wanted).location == target
        in_address = as_sam.post(
            address, query_string={"next": wanted}, data={"csrf_token": cast.token(as_sam)}
        )
        assert in_address.location == target


def test_muting_is_for_oneself_and_still_counts(
    app: Flask, as_sam: FlaskClient, sam: User, bea: User, asked: int
) -> None:
    press(as_sam, f"/messages/{asked}/mute", muted="1")
    assert (row_of(app, sam).muted, row_of(app, sam).unread) == (True, 1)
    assert not row_of(app, bea).muted
    press(as_sam, f"/messages/{asked}/mute", muted="0")
    assert not row_of(app, sam).muted


def test_archiving_and_back(app: Flask, as_sam: FlaskClient, sam: User, asked: int) -> None:
    press(as_sam, f"/messages/{asked}/archive", archived="1")
    assert row_of(app, sam, Folder.ARCHIVED).archived
    press(as_sam, f"/messages/{asked}/archive", archived="0")
    assert not row_of(app, sam).archived


def test_marking_unread_is_for_oneself(
    app: Flask, as_sam: FlaskClient, sam: User, bea: User, asked: int
) -> None:
    with app.app_context():
        conversations.mark_read(sam, asked, 1)
    press(as_sam, f"/messages/{asked}/unread")
    assert (row_of(app, sam).unread, row_of(app, bea).unread) == (1, 0)


def test_blocking_and_back(
    app: Flask, as_sam: FlaskClient, sam: User, bea: User, asked: int
) -> None:
    address = f"/users/{bea.id}/block"
    assert press(as_sam, address, blocked="1").status_code == 303
    assert "You blocked Bea." in as_sam.get("/messages").text
    assert (row_of(app, sam).blocked, row_of(app, bea).blocked) == (True, False)
    press(as_sam, address, blocked="0")
    assert "You no longer block Bea." in as_sam.get("/messages").text
    assert not row_of(app, sam).blocked


def test_blocking_oneself_is_refused_in_words(as_sam: FlaskClient, sam: User, asked: int) -> None:
    refused = press(as_sam, f"/users/{sam.id}/block")
    assert refused.status_code == 403
    assert "You cannot block yourself." in refused.text


def test_a_conversations_menu_offers_what_can_be_done_now(
    app: Flask, as_sam: FlaskClient, sam: User, bea: User, asked: int
) -> None:
    with app.app_context():
        conversations.mark_read(sam, asked, 1)
    address = f"/messages/{asked}"
    everything = {"Mark as unread", "Mute", "Archive", "Block Bea", CLOSE}
    assert set(deeds(as_sam, address)) == everything
    with app.app_context():
        conversations.mute(sam, asked, muted=True)
        conversations.archive(sam, asked, archived=True)
        conversations.mark_unread(sam, asked)
        blocks.block(sam, bea.id)
    undone = {"Unmute", "Take back from the archive", "Unblock Bea"}
    assert set(deeds(as_sam, address)) == {*undone, "Mark as unread"}
    assert set(deeds(as_sam, "/messages?folder=archived")) == undone


def test_from_a_conversation_one_stays_unless_it_is_put_away(
    app: Flask, as_sam: FlaskClient, sam: User, asked: int
) -> None:
    with app.app_context():
        conversations.mark_read(sam, asked, 1)
    targets = {
        label: press(as_sam, address).location
        for label, address in deeds(as_sam, f"/messages/{asked}").items()
    }
    assert targets == {
        "Mark as unread": "/messages",
        "Archive": "/messages",
        "Mute": f"/messages/{asked}",
        "Block Bea": f"/messages/{asked}",
        CLOSE: f"/messages/{asked}",
    }


def test_from_the_inbox_one_comes_back_to_the_same_list(as_sam: FlaskClient, asked: int) -> None:
    for label, address in deeds(as_sam, "/messages?folder=unread&q=Red").items():
        back = press(as_sam, address).location
        assert back == "/messages?folder=unread&q=Red", label


def test_by_json(as_sam: FlaskClient, as_bea: FlaskClient, asked: int) -> None:
    def patch(**change: object) -> TestResponse:
        address = f"/api/v1/conversations/{asked}"
        return as_sam.patch(address, json=change, headers={"X-CSRFToken": cast.token(as_sam)})

    kept = {"id": asked, "archived": False, "muted": False, "unread": 1}
    assert patch().json == kept
    assert patch(muted=True).json == kept | {"muted": True}
    assert patch(archived=True).json == kept | {"muted": True, "archived": True}
    assert patch(archived=False, muted=False).json == kept
    for wrong in ({"muted": "yes"}, {"archived": None}, {"unread": 5}, {"user_id": 1}):
        assert patch(**wrong).status_code == 422
    assert patch().json == kept
