"""Staff are who the operator says, by a command."""

from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.storage.database import db
from tests.accounts.browsing import submit


def command(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["staff", *arguments])


def stored(app: Flask, user: User) -> User:
    with app.app_context():
        return db.session.get_one(User, user.id)


def test_one_is_added_and_removed(app: Flask, bea: User) -> None:
    assert command(app, "add", "BEA@example.com").output == "Bea is now staff.\n"
    assert stored(app, bea).is_staff
    assert command(app, "remove", bea.email).output == "Bea is no longer staff.\n"
    assert not stored(app, bea).is_staff


def test_staff_can_have_a_reserved_name_and_give_it_up_with_the_mark(app: Flask, bea: User) -> None:
    assert command(app, "add", bea.email, "--name", "Support").exit_code == 0
    assert (stored(app, bea).name, stored(app, bea).is_staff) == ("Support", True)
    kept = command(app, "remove", bea.email)
    assert (kept.exit_code, kept.output) == (
        1,
        "Error: Their name is kept for staff: give them another one.\n",
    )
    assert stored(app, bea).is_staff
    assert command(app, "remove", bea.email, "--name", "Bea").exit_code == 0
    assert (stored(app, bea).name, stored(app, bea).is_staff) == ("Bea", False)


def test_a_reserved_name_in_the_profile_is_for_staff(
    app: Flask, as_bea: FlaskClient, bea: User
) -> None:
    assert submit(as_bea, "/profile", name="Bea, Support").status_code == 422
    command(app, "add", bea.email)
    assert submit(as_bea, "/profile", name="Bea, Support").status_code == 303
    assert stored(app, bea).name == "Bea, Support"


def test_no_form_makes_anybody_staff(app: Flask, as_bea: FlaskClient, bea: User) -> None:
    assert submit(as_bea, "/profile", name="Béa", is_staff="1").status_code == 303
    assert (stored(app, bea).name, stored(app, bea).is_staff) == ("Béa", False)


def test_an_unknown_address_and_an_unfit_name_are_a_sentence(app: Flask, bea: User) -> None:
    unknown = command(app, "add", "nobody@example.com")
    assert (unknown.exit_code, unknown.output) == (
        1,
        "Error: Nobody has an account with this address.\n",
    )
    assert command(app, "add", bea.email, "--name", "t.me/bea").exit_code == 1
    assert not stored(app, bea).is_staff
