"""The profile open in two tabs: the older page takes nothing back in silence."""

import re
import threading
from contextlib import suppress
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts import people
from marketplace.accounts.models import User
from marketplace.accounts.people import Preferences
from marketplace.storage.database import db
from tests import cast
from tests.accounts.browsing import NEW_PASSWORD, submit
from tests.messaging.test_attachments import at_once
from tests.tabs import Tab

QUIET = Preferences(
    enter_sends=True, sound=False, notifications=False, shows_presence=True, shows_receipts=True
)


def meanwhile(page: str) -> dict[str, str]:
    """What stands beside each field that was changed meanwhile."""
    return dict(re.findall(r'id="(\w+)-meanwhile">.*?<strong[^>]*>(.*?)</strong>', page, re.S))


def stored(app: Flask, user: User) -> User:
    with app.app_context():
        return db.session.get_one(User, user.id)


def test_old_switches_do_not_take_back_new_ones(app: Flask, as_sam: FlaskClient, sam: User):
    """Mechanism: the version in the form, compared in ``people.edit_profile``."""
    first, second = Tab(as_sam, "/profile"), Tab(as_sam, "/profile")
    assert first.send(sound="y", shows_presence=None).status_code == 303
    told = second.send(notifications="y")
    assert told.status_code == 409
    assert meanwhile(told.text) == {"sound": "on", "shows_presence": "off"}
    assert Tab(as_sam, told).fields["notifications"] == "y"
    now = stored(app, sam)
    assert (now.sound, now.shows_presence, now.notifications) == (True, False, False)
    assert Tab(as_sam, told).send(sound="y").status_code == 303
    now = stored(app, sam)
    assert (now.sound, now.shows_presence, now.notifications) == (True, True, True)


def test_name_and_language_are_compared_too(as_sam: FlaskClient):
    first, second = Tab(as_sam, "/profile"), Tab(as_sam, "/profile")
    first.send(language="fr")
    assert meanwhile(second.send(sound="y").text) == {"language": "Français"}


def test_the_language_chosen_at_the_foot_of_a_page_is_an_edit(
    app: Flask, as_sam: FlaskClient, sam: User
):
    old = Tab(as_sam, "/profile")
    submit(as_sam, "/language", language="fr")
    assert old.send(sound="y").status_code == 409
    assert stored(app, sam).locale == "fr"


def test_the_same_form_sent_twice_has_reached_its_aim(as_sam: FlaskClient):
    tab = Tab(as_sam, "/profile")
    assert [tab.send(sound="y").status_code for _ in range(2)] == [303, 303]


def test_a_form_that_names_no_version_overwrites(app: Flask, as_sam: FlaskClient, sam: User):
    Tab(as_sam, "/profile").send(sound="y")
    assert submit(as_sam, "/profile", name="Sam", language="").status_code == 303
    assert not stored(app, sam).sound


def test_two_edits_of_one_state_at_one_instant_are_as_in_turn(
    app: Flask, sam: User, monkeypatch: pytest.MonkeyPatch
):
    """Mechanism: the comparison under the row's lock. Without the lock both have compared before
    either stores; with it the first one waits here for the other in vain."""
    count_edit, both_compared = people._count_edit, threading.Barrier(2)

    def linger_and_count(user: User) -> None:
        with suppress(threading.BrokenBarrierError):
            both_compared.wait(1)
        count_edit(user)

    def edit(locale: str) -> None:
        user = db.session.get_one(User, sam.id)
        people.edit_profile(user, "Sam", locale, QUIET, version=1)

    monkeypatch.setattr(people, "_count_edit", linger_and_count)
    assert at_once(app, partial(edit, "en"), partial(edit, "fr")) == ["done", "outdated"]


def test_a_password_changed_in_another_tab_is_not_changed_back(as_sam: FlaskClient):
    """The form asks for the password that counts now; no version is needed."""
    first, second = Tab(as_sam, "/profile/password"), Tab(as_sam, "/profile/password")
    assert first.send(password=cast.PASSWORD, new_password=NEW_PASSWORD).status_code == 303
    told = second.send(password=cast.PASSWORD, new_password="another one entirely")
    assert told.status_code == 422
    assert "This is not your password." in told.text
