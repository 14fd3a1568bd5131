"""A feature above messaging: put in, taken out, and never known to what is below it."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Settings
from marketplace import FEATURES, create_app
from marketplace.accounts.models import User
from marketplace.messaging import conversations, inbox, kinds, messages
from marketplace.messaging.kinds import MessageKind
from marketplace.storage.database import db
from tests import cast
from tests.house import handshakes
from tests.messaging.polling import ask
from tests.servers import ROOT

CORE = ("inbox", "system_lines", "closed", "conversation_page")
SENTENCE = "You shook hands on 12000."


@pytest.fixture
def with_handshakes(app: Flask) -> Iterator[Flask]:
    """Another application on the same database, which has the feature."""
    environment = {
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "INSTANCE_PATH": app.instance_path,
        "SECRET_KEY": app.config["SECRET_KEY"],
        "RATELIMIT_ENABLED": "false",
    }
    settings = Settings.from_environment(environment)
    other = create_app(settings, {"TESTING": True}, (*FEATURES, handshakes))
    yield other
    with other.app_context():
        db.session.remove()
        db.engine.dispose()
        other.extensions["reader"].dispose()


@pytest.fixture
def conversation(app: Flask, bea: User, bicycle: int) -> int:
    with app.app_context():
        opened = conversations.open_about(bea, bicycle)
        messages.send(bea, opened, "Hello", "1")
        return opened


@pytest.fixture
def shaken(with_handshakes: Flask, bea: User, conversation: int) -> FlaskClient:
    """Bea's browser, where there is the feature, after she has made use of it."""
    browser = cast.browser_of(with_handshakes, bea)
    browser.get(f"/messages/{conversation}/handshake/12000")
    return browser


def test_a_feature_adds_a_line_an_action_and_a_section(shaken: FlaskClient, conversation: int):
    page = shaken.get(f"/messages/{conversation}").text
    assert SENTENCE in page
    assert f'href="/messages/{conversation}/handshake/12000" title="Shake hands"' in page
    assert "<h2>Handshakes of Bea</h2>" in shaken.get("/profile").text


def test_its_line_comes_with_a_poll_and_says_what_it_is_to_programs(
    shaken: FlaskClient, conversation: int
):
    _, line = ask(shaken, conversation).json["messages"]
    assert (line["kind"], line["body"]) == (handshakes.KIND, SENTENCE)
    assert line["data"] == {"price": 12000}
    assert SENTENCE in line["html"]


def test_only_a_line_whose_kind_says_so_is_unread(
    with_handshakes: Flask, shaken: FlaskClient, sam: User, conversation: int
):
    with with_handshakes.app_context():
        assert inbox.unread_totals(sam).messages == 1
        conversations.mark_read(sam, conversation, 2)
        assert inbox.unread_totals(sam).messages == 0
    shaken.get(f"/messages/{conversation}/handshake")
    with with_handshakes.app_context():
        assert inbox.unread_totals(sam).messages == 1
        conversations.mark_unread(sam, conversation)
        assert inbox.unread_totals(sam).messages == 1


def test_a_feature_that_is_taken_out_leaves_lines_one_can_read_over(
    shaken: FlaskClient, app: Flask, as_sam: FlaskClient, sam: User, conversation: int
):
    page = as_sam.get(f"/messages/{conversation}").text
    assert "This is no longer shown here." in page
    assert SENTENCE not in page
    assert "Shake hands" not in page
    assert "This is no longer shown here." in as_sam.get("/messages").text
    assert ask(as_sam, conversation).json["messages"][1]["data"] == {}
    with app.app_context():
        messages.send(sam, conversation, "Fine", "2")


def test_a_name_belongs_to_one_kind(with_handshakes: Flask):
    for name in ("text", handshakes.KIND, "x" * 21):
        with pytest.raises(ValueError, match="no kind of message"):
            kinds.register(with_handshakes, MessageKind(name, "tag", str))


def test_without_each_feature_the_core_is_whole():
    """The core's own tests, where everything above messaging is taken out."""
    files = [f"tests/messaging/test_{name}.py" for name in CORE]
    without = [f"--without={each.__name__.rpartition('.')[2]}" for each in FEATURES]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-k", "sqlite", *without, *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
