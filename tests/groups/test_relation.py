"""Who may write to whom is one class. The marketplace's rule holds in all other tests of the suite;
here the clinic's of ``docs/examples/clinic.py`` is named by the setting, and nothing else is done.
"""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, insert

from config import ConfigError, Settings
from docs.examples import clinic
from marketplace import create_app
from marketplace.accounts.models import User
from marketplace.messaging import conversations, groups, messages, places, policy, presence
from marketplace.messaging.policy import ClosedError
from marketplace.storage.database import db
from marketplace.texts.errors import NotFoundError
from tests import cast
from tests.conftest import CHEAP_HASH

SENTENCE = "Only patients and their doctors can write to each other here."


def settings(app: Flask, policy_path: str) -> Settings:
    return Settings.from_environment(
        {
            "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
            "INSTANCE_PATH": app.instance_path,
            "SECRET_KEY": app.config["SECRET_KEY"],
            "RATELIMIT_ENABLED": "false",
            "MESSAGING_POLICY": policy_path,
        }
    )


@pytest.fixture
def hospital(app: Flask, sam: User, bea: User, olly: User) -> Iterator[Flask]:
    """Another application on the same database: Sam is a doctor, Bea his patient, and Olly another
    doctor, who treats nobody."""
    other = create_app(
        settings(app, "docs.examples.clinic.LinkedPairs"), {"TESTING": True, **CHEAP_HASH}
    )
    with other.app_context():
        clinic.metadata.create_all(db.engine)
        with db.engine.begin() as connection:
            people = {sam.id: clinic.DOCTOR, olly.id: clinic.DOCTOR, bea.id: clinic.PATIENT}
            connection.execute(
                insert(clinic.roles), [{"user_id": each, "role": r} for each, r in people.items()]
            )
            connection.execute(insert(clinic.care).values(patient_id=bea.id, doctor_id=sam.id))
    yield other
    with other.app_context():
        db.session.remove()
        clinic.metadata.drop_all(db.engine)
        db.engine.dispose()
        other.extensions["reader"].dispose()


def change(hospital: Flask, statement: object) -> None:
    with hospital.app_context(), db.engine.begin() as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def test_only_the_linked_are_available(hospital: Flask, sam: User, bea: User, olly: User) -> None:
    for person, found in ((bea, [(sam.id, "doctor")]), (sam, [(bea.id, "patient")]), (olly, [])):
        answer = cast.browser_of(hospital, person).get("/api/v1/users/available")
        assert [(each["id"], each["role"]) for each in answer.json["items"]] == found
        assert cast.browser_of(hospital, person).get("/api/v1/users?q=o").json["items"] == []


def test_the_linked_write_and_strangers_do_not(
    hospital: Flask, sam: User, bea: User, olly: User
) -> None:
    with hospital.app_context():
        room = groups.open_group(bea, [sam.id], "Knee")
        groups.accept(sam, room)
        messages.send(sam, room, "How is it?", "1")
        for stranger in (sam.id, bea.id):
            with pytest.raises(NotFoundError):
                groups.open_group(olly, [stranger])
        with pytest.raises(NotFoundError):
            groups.invite(bea, room, olly.id)


@pytest.mark.parametrize("how", ["the link", "the role"])
def test_when_the_relation_ends_nobody_reaches_the_other_any_more(
    hospital: Flask, sam: User, bea: User, how: str
) -> None:
    with hospital.app_context():
        room = groups.open_group(bea, [sam.id])
        groups.accept(sam, room)
        messages.send(bea, room, "It hurts.", "1")
    change(hospital, delete(clinic.care if how == "the link" else clinic.roles))
    with hospital.app_context():
        for person in (sam, bea):
            for reach in (
                lambda person=person: messages.send(person, room, "Hello?", "2"),
                lambda person=person: presence.note_typing(person, room),
            ):
                with pytest.raises(ClosedError) as refused:
                    reach()
                assert refused.value.message == SENTENCE
            assert policy.closed(places.get_for(person, room)) == SENTENCE
            read = messages.latest(places.get_for(person, room))[0]
            assert read[-1].body == "It hurts."  # what was written stays
    page = cast.browser_of(hospital, bea).get(f"/messages/{room}").text
    assert SENTENCE in page
    assert 'id="composer"' not in page


def test_a_listing_is_asked_about_by_the_linked_only(
    hospital: Flask, sam: User, bea: User, olly: User
) -> None:
    about = cast.listing(hospital, sam, "Consultation")
    elsewhere = cast.listing(hospital, olly, "Consultation")
    with hospital.app_context():
        conversation = conversations.open_about(bea, about)
        messages.send(bea, conversation, "May I come?", "1")
        with pytest.raises(ClosedError):
            conversations.open_about(bea, elsewhere)
    page = cast.browser_of(hospital, bea).get(f"/marketplace/{elsewhere}").text
    assert SENTENCE in page


def test_who_is_invited_joins_only_while_they_are_linked(
    hospital: Flask, sam: User, bea: User
) -> None:
    with hospital.app_context():
        room = groups.open_group(bea, [sam.id])
    change(hospital, delete(clinic.care))
    with hospital.app_context():
        with pytest.raises(ClosedError):
            groups.accept(sam, room)
        with pytest.raises(NotFoundError):
            places.get_for(sam, room)


def test_in_the_marketplace_nobody_is_found_who_was_not_met(
    app: Flask, as_bea: FlaskClient, bea: User, sam: User, olly: User
) -> None:
    """The other relation: Sam and Bea have a conversation, and Olly with nobody."""
    assert as_bea.get("/api/v1/users/available").json["items"] == []
    cast.meet(app, bea, sam)
    (found,) = as_bea.get("/api/v1/users/available").json["items"]
    assert found["id"] == sam.id


@pytest.mark.parametrize(
    "path",
    ["nowhere.Nothing", "docs.examples.clinic.Nothing", "config.Settings", "docs.examples.clinic"],
)
def test_a_policy_that_is_none_stops_the_start(app: Flask, path: str) -> None:
    with pytest.raises(ConfigError, match=r"MESSAGING_POLICY is '.*', which"):
        create_app(settings(app, path))


@pytest.mark.parametrize("path", ["Nothing", "a b.C", "marketplace..x", ".x"])
def test_a_policy_is_a_dotted_path(path: str) -> None:
    with pytest.raises(ConfigError, match="must be the dotted path to a class"):
        Settings.from_environment({"MESSAGING_POLICY": path})
