"""The profile, and the language of the pages."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext
from sqlalchemy import update

from marketplace.accounts import people
from marketplace.accounts.models import User
from marketplace.storage.database import db, utcnow
from tests import cast
from tests.accounts.browsing import errors, flashed, sign_in, submit
from tests.letters import post

SUBJECT = "Choose a new password"
FRENCH = {"Accept-Language": "fr-CA, en;q=0.5"}


def test_the_profile_shows_what_is_stored_and_whose_it_is(as_sam: FlaskClient):
    page = as_sam.get("/profile").text
    assert 'value="Sam"' in page
    assert "sam@example.com" in page
    assert '<option selected value="">As my browser</option>' in page
    assert 'href="/profile/password"' in page


def test_name_and_language_are_changed(app: Flask, as_sam: FlaskClient, sam: User):
    answer = submit(as_sam, "/profile", name="  Samuel ", language="fr")
    assert (answer.status_code, answer.location) == (303, "/profile")
    assert stored(app, sam).name == "Samuel"
    assert stored(app, sam).locale == "fr"


def test_a_name_lasts_a_day(app: Flask, as_sam: FlaskClient, sam: User):
    submit(as_sam, "/profile", name="Samuel", language="")
    answer = submit(as_sam, "/profile", name="Sammy", language="fr")
    assert answer.status_code == 422
    assert errors(answer) == {
        "name": "A name can be changed once a day. You can change yours again in 24 hours."
    }
    assert 'value="Sammy"' in answer.text
    assert (stored(app, sam).name, stored(app, sam).locale) == ("Samuel", None)
    # All else can be changed with the same name, and the name a day later.
    assert submit(as_sam, "/profile", name="Samuel", language="fr").status_code == 303
    with app.app_context():
        db.session.execute(update(User).values(name_changed_at=utcnow() - people.NAME_LASTS))
        db.session.commit()
    assert submit(as_sam, "/profile", name="Sammy", language="fr").status_code == 303


def test_a_refused_name_is_said_beside_its_field_and_kept(
    app: Flask, as_sam: FlaskClient, sam: User
):
    answer = submit(as_sam, "/profile", name="x" * 81, language="fr")
    assert answer.status_code == 422
    assert errors(answer) == {"name": "Please keep to 80 characters."}
    assert "x" * 81 in answer.text
    assert '<option selected value="fr">' in answer.text
    assert stored(app, sam).name == "Sam"
    assert stored(app, sam).locale is None


def test_an_unknown_language_is_refused(app: Flask, as_sam: FlaskClient, sam: User):
    answer = submit(as_sam, "/profile", name="Sam", language="xx")
    assert answer.status_code == 422
    assert list(errors(answer)) == ["language"]


def test_only_the_fields_of_the_form_are_taken(app: Flask, as_sam: FlaskClient, sam: User):
    submit(as_sam, "/profile", name="Sam", email="other@example.com", active="0", id="1")
    assert stored(app, sam).email == "sam@example.com"
    assert stored(app, sam).active


def test_a_name_never_becomes_markup(as_sam: FlaskClient):
    submit(as_sam, "/profile", name="</title><script>alert(1)</script>", language="")
    assert "<script>alert" not in as_sam.get("/profile").text


def test_the_browsers_language_counts_when_nothing_is_chosen(client: FlaskClient):
    assert language_of(client) == "en"
    assert language_of(client, FRENCH) == "fr"
    assert language_of(client, {"Accept-Language": "de"}) == "en"


def test_the_switch_counts_before_the_browsers(client: FlaskClient):
    answer = submit(client, "/language", language="fr", next="/login?next=/messages")
    assert (answer.status_code, answer.location) == (303, "/login?next=/messages")
    assert language_of(client) == "fr"
    submit(client, "/language", language="en")
    assert language_of(client, FRENCH) == "en"


def test_the_switch_is_for_this_browser_only_when_signed_out(app: Flask, client: FlaskClient):
    submit(client, "/language", language="fr")
    assert language_of(app.test_client()) == "en"


def test_the_switch_changes_the_profile_of_who_is_signed_in(
    app: Flask, as_sam: FlaskClient, sam: User, bea: User
):
    submit(as_sam, "/language", language="fr")
    assert stored(app, sam).locale == "fr"
    assert stored(app, bea).locale is None
    assert language_of(cast.browser_of(app, sam)) == "fr"


def test_the_profile_counts_before_the_switch(app: Flask, client: FlaskClient, sam: User):
    submit(client, "/language", language="fr")
    sign_in(client, sam)
    assert language_of(client) == "fr"
    submit(client, "/profile", name="Sam", language="en")
    assert language_of(client) == "en"


def test_as_my_browser_forgets_the_switch(client: FlaskClient, sam: User):
    sign_in(client, sam)
    submit(client, "/language", language="fr")
    submit(client, "/profile", name="Sam", language="")
    assert language_of(client) == "en"
    assert language_of(client, FRENCH) == "fr"


def test_the_choice_outlives_signing_out(client: FlaskClient, sam: User):
    sign_in(client, sam)
    submit(client, "/language", language="fr")
    submit(client, "/logout")
    assert language_of(client) == "fr"


@pytest.mark.parametrize("language", ["", "de", "../fr", "en\0"])
def test_a_language_there_is_not_is_a_bad_request(client: FlaskClient, language: str):
    assert submit(client, "/language", language=language).status_code == 400
    assert language_of(client) == "en"


def test_the_switch_takes_a_post_with_the_token_and_leads_nowhere_else(client: FlaskClient):
    assert client.get("/language").status_code == 405
    assert client.post("/language", data={"language": "fr"}).status_code == 400
    assert submit(client, "/language", language="fr", next="//e.org").location == "/marketplace"


def test_letters_come_in_the_language_of_their_reader(
    app: Flask, client: FlaskClient, as_sam: FlaskClient, sam: User, bea: User
):
    """Sam reads French, and Bea what her browser asks for; who asks for the links, English."""
    submit(as_sam, "/profile", name="Sam", language="fr")
    for user in (sam, bea):
        submit(client, "/reset", email=user.email)
    subjects = {letter["To"]: letter["Subject"] for letter in post(app)}
    assert subjects == {sam.email: in_french(app, SUBJECT), bea.email: SUBJECT}


def test_letters_to_who_chose_none_come_in_the_language_of_the_page(
    app: Flask, client: FlaskClient, sam: User
):
    submit(client, "/language", language="fr")
    submit(client, "/reset", email=sam.email)
    assert [letter["Subject"] for letter in post(app)] == [in_french(app, SUBJECT)]


def test_a_signed_out_visitor_is_sent_to_sign_in(client: FlaskClient):
    for path in ("/profile", "/profile/password"):
        assert client.get(path).location == f"/login?next={path}"
    assert flashed(client.get("/login")) == []


def language_of(client: FlaskClient, headers: dict[str, str] | None = None) -> str:
    page = client.get("/login", headers=headers, follow_redirects=True).text
    found = re.search(r'<html lang="(\w+)"', page)
    assert found
    return found[1]


def in_french(app: Flask, text: str) -> str:
    with app.test_request_context(), force_locale("fr"):
        return gettext(text)


def stored(app: Flask, user: User) -> User:
    with app.app_context():
        return db.session.get_one(User, user.id)
