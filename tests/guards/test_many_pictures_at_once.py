"""Few pictures are decoded at one time and few wait; who would be one too many comes back."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts import passwords, picture_room
from marketplace.accounts.models import User
from marketplace.messaging import conversations
from marketplace.operations.overload import THREADS
from marketplace.storage import waiting_room
from marketplace.storage.waiting_room import IN_A_PROCESS, WaitingRoom
from marketplace.texts.errors import BusyError
from tests.api.test_conversations import error_of
from tests.catalogue import uploads
from tests.catalogue.selling import errors, files, sell, send
from tests.messaging.pictures import post, post_form

JPEG = (uploads.jpeg(), "a.jpg")
BUSY = "Many photos come in at this moment."


@pytest.fixture
def full(app: Flask) -> ExitStack:
    """The waiting room with nobody's place left. Whoever gets to decoding is answered 503."""
    places = ExitStack()
    room: WaitingRoom = app.extensions["waiting_room"]
    for number in range(IN_A_PROCESS):
        places.enter_context(room.place(f"somebody {number}"))
    with places:
        yield places  # type: ignore[misc]


def test_a_script_is_asked_to_come_back(app: Flask, as_bea: FlaskClient, full: ExitStack) -> None:
    before = files(app)
    refused = post(as_bea, uploads.jpeg())
    assert (refused.status_code, error_of(refused)["code"]) == (503, "busy")
    assert refused.headers["Retry-After"] == "2"
    assert BUSY in error_of(refused)["message"]
    assert files(app) == before
    full.close()
    assert post(as_bea, uploads.jpeg()).status_code == 201


def test_one_person_leaves_a_place_to_others(app: Flask, as_bea: FlaskClient, bea: User) -> None:
    """Mechanism: ``_inside``."""
    room: WaitingRoom = app.extensions["waiting_room"]
    with room.place(f"user {bea.id}"):
        assert post(as_bea, uploads.jpeg()).status_code == 503
        with room.place("somebody else"):
            pass
    assert post(as_bea, uploads.jpeg()).status_code == 201


def test_forms_come_back_with_what_was_typed(
    app: Flask, as_sam: FlaskClient, as_bea: FlaskClient, bea: User, bicycle: int, full: ExitStack
) -> None:
    with app.app_context():
        conversation = conversations.open_about(bea, bicycle)
    for refused in (
        post_form(as_bea, conversation, JPEG, body="my long text"),
        sell(as_sam, JPEG, description="my long text"),
        send(as_sam, f"/marketplace/{bicycle}/edit", JPEG, description="my long text"),
    ):
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
        assert BUSY in refused.text
        assert "my long text" in refused.text


def test_what_needs_no_decoder_goes_on(
    app: Flask, as_sam: FlaskClient, client: FlaskClient, full: ExitStack
) -> None:
    assert client.get("/healthz").status_code == 200
    assert sell(as_sam).status_code == 303


@pytest.mark.parametrize(("field", "value"), [("title", " "), ("price", "much")])
def test_a_field_that_is_wrong_is_found_before_a_photo_is_decoded(
    as_sam: FlaskClient, full: ExitStack, field: str, value: str
) -> None:
    refused = sell(as_sam, JPEG, **{field: value})
    assert refused.status_code == 422
    assert list(errors(refused)) == [field]


def test_room_is_looked_for_before_a_picture_is_decoded(
    app: Flask,
    as_sam: FlaskClient,
    as_bea: FlaskClient,
    bea: User,
    bicycle: int,
    full: ExitStack,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Mechanism: ``picture_room.check``, before ``uploads.read``."""
    monkeypatch.setattr(picture_room, "LIMIT_BYTES", 0)
    with app.app_context():
        conversation = conversations.open_about(bea, bicycle)
    for refused in (
        post(as_bea, uploads.jpeg()),
        post_form(as_bea, conversation, JPEG, body="x"),
        sell(as_sam, JPEG),
        send(as_sam, f"/marketplace/{bicycle}/edit", JPEG),
    ):
        assert refused.status_code == 422
        assert "of which 0.0 MB are left" in refused.text


def test_what_is_no_picture_at_all_takes_nobodys_turn(
    app: Flask, as_bea: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mechanism: ``kind_of`` the first bytes, before ``turn``."""
    monkeypatch.setattr(waiting_room, "SECONDS", 0)
    assert post(as_bea, uploads.HTML).status_code == 422
    assert post(as_bea, uploads.jpeg()).status_code == 503


def test_all_processes_share_the_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mechanism: the lock of a file in ``turn``. One who waits is let go in time."""
    monkeypatch.setattr(waiting_room, "SECONDS", 0.01)
    one, other = WaitingRoom(tmp_path, at_once=2), WaitingRoom(tmp_path, at_once=2)
    with one.turn(), other.turn():
        for room in (one, other):
            with pytest.raises(BusyError), room.turn():
                pytest.fail("there was no third turn")
    with other.turn(), other.turn():
        pass


def test_threads_are_left_for_everything_else() -> None:
    assert passwords.AT_ONCE + passwords.WAITING + IN_A_PROCESS < THREADS
