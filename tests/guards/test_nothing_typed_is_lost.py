"""The session ended, or what one writes about is gone: the answer carries what was typed."""

from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from marketplace.accounts import sign_ins
from marketplace.accounts.models import User
from marketplace.catalogue import listings
from marketplace.catalogue.listings import listing_changed
from marketplace.catalogue.models import Listing, Status
from marketplace.messaging import conversations, messages, reports
from marketplace.web.bodies import TEXT_LIMIT_BYTES
from tests import cast
from tests.accounts.browsing import is_signed_in, submit
from tests.cast import place_in
from tests.catalogue.selling import FIELDS, stored
from tests.guards.conftest import site
from tests.guards.forms import FORM
from tests.house.test_routes import _without_tokens
from tests.messaging.test_contact import contact, texts
from tests.tabs import Tab

LONG = "A text of five thousand characters. 🚲 " * 125


@pytest.fixture
def conversation(app: Flask, bea: User, bicycle: int) -> int:
    with app.app_context():
        return conversations.open_about(bea, bicycle)


def end_session(app: Flask, client: FlaskClient, user: User, how: str) -> None:
    """The sign-in ends by itself or in another browser, or the cookie is gone."""
    if how == "ended":
        with app.app_context():
            sign_ins.end_all(user)
    elif how == "signed out in another tab":
        submit(client, "/logout")
    else:
        client.delete_cookie(app.config["SESSION_COOKIE_NAME"])


ENDS = ["ended", "signed out in another tab", "cookie lost"]


@pytest.mark.parametrize("how", ENDS)
def test_a_listing_is_put_up_in_the_step_that_signs_in(
    app: Flask, as_sam: FlaskClient, sam: User, how: str
):
    """Mechanism: ``again.sent_form`` in the guard's 401; ``_signs_in_on_the_way``."""
    tab = Tab(as_sam, "/marketplace/new")
    end_session(app, as_sam, sam, how)
    shown = tab.send(**FIELDS | {"description": LONG})
    assert shown.status_code in (400, 401)
    page = Tab(as_sam, shown)
    assert page.fields["description"] == LONG
    sent = page.send(sign_in_email=sam.email, sign_in_password=cast.PASSWORD)
    assert sent.status_code == 303
    assert stored(app, int(sent.location.rsplit("/", 1)[-1])).description == LONG.strip()
    assert is_signed_in(as_sam)


@pytest.mark.parametrize("how", ENDS)
def test_an_edit_too(app: Flask, as_sam: FlaskClient, sam: User, bicycle: int, how: str):
    tab = Tab(as_sam, f"/marketplace/{bicycle}/edit")
    end_session(app, as_sam, sam, how)
    shown = Tab(as_sam, tab.send(title="Blue bicycle", price="80"))
    sent = shown.send(sign_in_email=sam.email, sign_in_password=cast.PASSWORD)
    assert sent.location == f"/marketplace/{bicycle}"
    listing = stored(app, bicycle)
    assert (listing.title, listing.price_minor) == ("Blue bicycle", 80_00)


@pytest.mark.parametrize("how", ENDS)
def test_a_message_a_report_and_a_profile_too(
    app: Flask, as_bea: FlaskClient, sam: User, bea: User, conversation: int, how: str
):
    here = f"/messages/{conversation}"
    forms = {
        here: {"body": LONG},
        f"{here}/report": {"reason": "spam", "details": "He sells watches."},
        "/profile": {"name": "Beatrice"},
    }
    for path, typed in forms.items():
        tab = Tab(as_bea, path)
        tab.action = path
        end_session(app, as_bea, bea, how)
        shown = Tab(as_bea, tab.send(**typed))
        sent = shown.send(sign_in_email=bea.email, sign_in_password=cast.PASSWORD)
        assert sent.status_code == 303, path
    assert texts(app, sam) == [LONG.strip()]
    assert Tab(as_bea, "/profile").fields["name"] == "Beatrice"
    with app.app_context():
        assert [report.details for report in reports.newest()] == ["He sells watches."]


def test_a_wrong_password_loses_nothing(app: Flask, client: FlaskClient, bea: User, bicycle: int):
    """Nor does a text that is too long for a cookie."""
    shown = Tab(client, contact(client, bicycle, body=LONG))
    refused = shown.send(sign_in_email=bea.email, sign_in_password="wrong")
    assert refused.status_code == 401
    assert "This email address and this password do not go together." in refused.text
    again = Tab(client, refused)
    assert (again.fields["body"], again.fields["sign_in_email"]) == (LONG, bea.email)
    assert again.send(sign_in_password=cast.PASSWORD).location.startswith("/messages/")


def test_wrong_passwords_are_counted_here_too(
    limited: Flask, client: FlaskClient, bea: User, bicycle: int
):
    page = contact(client, bicycle, body=LONG)
    for _ in range(11):
        page = Tab(client, page).send(sign_in_email=bea.email, sign_in_password="wrong")
    assert page.status_code == 429
    assert Tab(client, page).fields["body"] == LONG


def test_signing_in_on_the_way_wants_the_token(
    app: Flask, client: FlaskClient, bea: User, conversation: int
):
    """Or another site could sign somebody in as somebody else."""
    answer = client.post(
        f"/messages/{conversation}",
        data={"body": "x", "sign_in_email": bea.email, "sign_in_password": cast.PASSWORD},
    )
    assert answer.status_code == 400
    assert not is_signed_in(client)
    with app.app_context():
        assert messages.latest(place_in(conversation)) == ([], False)


def test_who_is_signed_in_is_not_signed_in_as_another(
    app: Flask, as_bea: FlaskClient, sam: User, bea: User, conversation: int
):
    submit(
        as_bea,
        f"/messages/{conversation}",
        body="Hello",
        sign_in_email=sam.email,
        sign_in_password=cast.PASSWORD,
    )
    with app.app_context():
        (message,), _ = messages.latest(place_in(conversation))
        assert message.sender_id == bea.id


def test_without_anything_typed_it_is_to_the_sign_in_and_back(client: FlaskClient, bicycle: int):
    answer = submit(client, f"/marketplace/{bicycle}/status", status="sold")
    assert answer.status_code == 303
    assert answer.location.startswith("/login")


@pytest.mark.parametrize("body", ["title=x" + "&a=" * 80_000, "title=" + "x" * TEXT_LIMIT_BYTES])
def test_of_who_is_signed_out_no_form_is_read_that_would_be_refused(app: Flask, body: str):
    """Mechanism: ``bodies.check`` in ``again._fields``."""
    with app.test_client() as client:
        answer = client.post("/marketplace/new", data=body, content_type=FORM["Content-Type"])
        assert "form" not in vars(request)  # where Werkzeug keeps it once it is taken apart
    assert answer.status_code == 303
    assert answer.location.startswith("/login")


def test_a_mistake_of_ours_loses_nothing(tmp_path: Path):
    """Nor does a database that is away: both are answered by the same page."""

    def fail(_listing: Listing, **_: object) -> None:
        raise RuntimeError("no")

    with site(tmp_path) as here:
        as_sam = cast.browser_of(here.app, here.sam)
        tab = Tab(as_sam, f"/marketplace/{here.bicycle}/edit")
        with listing_changed.connected_to(fail):
            failed = tab.send(description=LONG, price="80")
        assert failed.status_code == 500
        assert Tab(as_sam, failed).send().status_code == 303
        assert stored(here.app, here.bicycle).description == LONG.strip()


def test_a_password_never_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Mechanism: ``again.sent_form`` takes no form with one."""

    def fail() -> None:
        raise RuntimeError("no")

    with site(tmp_path) as here:
        for name, address in (("login", "/login"), ("password", "/profile/password")):
            monkeypatch.setitem(here.app.view_functions, f"accounts.{name}", fail)
            answer = submit(here.as_bea, address, password="a secret", new_password="a secret")
            assert answer.status_code == 500
            assert "a secret" not in answer.text


@pytest.mark.parametrize("text", ["Is it there?", LONG])
def test_what_was_written_about_a_listing_that_is_gone_can_be_copied(
    app: Flask, as_bea: FlaskClient, sam: User, text: str
):
    """And one that is withdrawn looks as one that never was."""
    withdrawn = contact(as_bea, cast.listing(app, sam, "Lamp", Status.WITHDRAWN), body=text)
    missing = contact(as_bea, 987654, body=text)
    assert withdrawn.status_code == missing.status_code == 404
    assert "This listing is not here, or not any more." in withdrawn.text
    assert "This was not sent:" in withdrawn.text
    assert text in withdrawn.text
    assert _without_tokens(withdrawn) == _without_tokens(missing)


@pytest.mark.parametrize(("status", "answer"), [(Status.WITHDRAWN, 404), (Status.SOLD, 403)])
def test_what_waited_for_the_sign_in_can_be_copied_too(
    app: Flask, client: FlaskClient, sam: User, bea: User, bicycle: int, status: Status, answer: int
):
    """Mechanism: ``again.bring_back``. The listing went while somebody signed in."""
    asked = contact(client, bicycle, body="Is it there?")
    with app.app_context():
        listings.set_status(sam, bicycle, status)
    tab = Tab(client, asked.location)
    back = tab.send(email=bea.email, password=cast.PASSWORD)
    page = client.get(back.location)
    assert page.status_code == answer
    assert "This was not sent:" in page.text
    assert "Is it there?" in page.text


def test_so_can_what_was_written_where_one_may_not_write(
    app: Flask, as_sam: FlaskClient, as_olly: FlaskClient, conversation: int, bicycle: int
):
    for answer, status in (
        (submit(as_olly, f"/messages/{conversation}", body="Let me in."), 404),
        (submit(as_olly, f"/messages/{conversation}/report", details="Let me in."), 404),
        (submit(as_olly, f"/marketplace/{bicycle}/edit", title="Let me in."), 403),
        (submit(as_sam, f"/marketplace/{bicycle}/contact", body="Let me in."), 403),
    ):
        assert answer.status_code == status
        assert "Let me in." in answer.text
        assert "Send it again" not in answer.text
