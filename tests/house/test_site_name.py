"""The site has the name that its operator gives it, wherever it says who it is."""

from pathlib import Path

import pytest
from flask import Flask

from config import Settings
from marketplace import create_app
from marketplace.storage.database import db
from marketplace.web import bare_errors
from marketplace.work import mail
from tests.letters import post


@pytest.fixture
def named(tmp_path: Path) -> Flask:
    environment = {"INSTANCE_PATH": str(tmp_path / "instance"), "SITE_NAME": "Vélo & Cie"}
    return create_app(Settings.from_environment(environment))


def test_it_stands_in_the_title_and_the_header_of_pages(named: Flask) -> None:
    page = named.test_client().get("/login").text
    assert "<title>Sign in · Vélo &amp; Cie</title>" in page
    assert "</svg>Vélo &amp; Cie</a>" in page
    assert "Marketplace" not in page


def test_it_stands_in_the_pages_of_web_servers(named: Flask) -> None:
    with named.app_context():
        page = bare_errors.page(502)
    assert ">Vélo &amp; Cie</a>" in page
    assert "Marketplace" not in page


def test_mails_come_from_it(named: Flask) -> None:
    with named.test_request_context():
        mail.send("reset", to="bea@example.com", language="fr", link="http://localhost/reset/x")
    with named.app_context():
        [letter] = post(named)
        db.engine.dispose()
    assert letter["From"] == "Vélo & Cie <no-reply@localhost>"
