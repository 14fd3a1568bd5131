"""Who may keep what: nothing that is for one person outlives their sign-out in a cache."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.messaging import conversations, messages
from tests.guards.conftest import site

KEPT_BY_ALL = {"static", "bootstrap.static", "catalogue.photo"}


@pytest.fixture
def conversation(app: Flask, sam, bea, bicycle: int) -> int:
    with app.app_context():
        conversation = conversations.open_about(bea, bicycle)
        messages.send(bea, conversation, "Is it still available?", "1")
        return conversation


@pytest.mark.parametrize("who", ["as_bea", "client"])
def test_every_answer_says_that_it_is_for_one_person(
    app: Flask, conversation: int, who: str, request: pytest.FixtureRequest
):
    """Pages, redirects, refusals. Mechanism: ``with_headers`` of ``marketplace/web/headers.py``."""
    browser: FlaskClient = request.getfixturevalue(who)
    seen = set()
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"OPTIONS"}:
            address = re.sub(r"<[^>]+>", str(conversation), rule.rule)
            answer = browser.open(address, method=method)
            (said,) = answer.headers.getlist("Cache-Control")
            if rule.endpoint in KEPT_BY_ALL and answer.status_code == 200:
                assert said.startswith("public"), address
            elif address.startswith("/api/"):
                assert said == "private, no-store", (method, address)
            elif rule.endpoint.startswith("health."):
                assert said == "no-store"
            elif rule.endpoint not in KEPT_BY_ALL:
                assert said in ("private, no-cache", "private, no-store"), (method, address)
            seen.add(answer.status_code)
    assert seen >= ({200, 303, 400, 404} if who == "as_bea" else {200, 303, 400, 401})


def test_a_page_is_asked_for_again_and_its_place_is_found_again(
    as_bea: FlaskClient, conversation: int
):
    """With ``no-store`` browsers drop a page that is left, and with it where Back was on it."""
    for address in ("/messages", f"/messages/{conversation}", "/marketplace"):
        assert as_bea.get(address).headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nothing", 404), ("/broken", 500), ("/api/v1/nothing", 404), ("/api/v1/unread", 401)],
)
def test_errors_too(tmp_path: Path, path: str, status: int):
    with site(tmp_path) as on:
        answer = on.stranger.get(path)
    assert answer.status_code == status
    expected = "no-store" if path.startswith("/api/") else "no-cache"
    assert answer.headers.getlist("Cache-Control") == [f"private, {expected}"]


def test_what_may_be_kept_says_so_itself(client: FlaskClient):
    page = client.get("/marketplace").text
    (styles, *_) = re.findall(r'href="(/static/[^"#]+css)"', page)
    answer = client.get(styles, buffered=True)
    assert answer.headers.getlist("Cache-Control") == ["public, max-age=31536000, immutable"]
