"""A slash too many at an address's end leads to the page, and to no other site."""

import re
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.messaging import conversations


def test_every_page_is_found_with_a_slash_at_its_end(app: Flask, client: FlaskClient):
    """Mechanism: ``_not_found`` of ``marketplace/web/urls.py``."""
    tried = 0
    for rule in app.url_map.iter_rules():
        address = re.sub(r"<[^>]+>", "16", rule.rule)
        if "GET" not in (rule.methods or ()) or address == "/" or "/static/" in address:
            continue
        answer = client.get(f"{address}/?q=a%20b&folder=é")
        assert answer.status_code == 308, address
        assert answer.location == f"{address}?q=a%20b&folder=%C3%A9"
        tried += 1
    assert tried > 15


def test_the_page_comes_after_it(app: Flask, as_bea: FlaskClient, bea, bicycle: int):
    with app.app_context():
        conversation = conversations.open_about(bea, bicycle)
    answer = as_bea.get(f"/messages/{conversation}///", follow_redirects=True)
    assert answer.status_code == 200
    assert answer.request.path == f"/messages/{conversation}"


@pytest.mark.parametrize(
    "path", ["//evil.example/", "///evil.example/", "/\\evil.example/", "/\tevil.example/"]
)
def test_no_address_leads_to_another_site(client: FlaskClient, path: str):
    answer = client.get("/", environ_overrides={"PATH_INFO": path})
    if answer.status_code != 404:  # Werkzeug makes one slash of many
        target = urlsplit(answer.location)
        assert (target.netloc, target.path) == ("localhost", "/evil.example/")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing/",
        "/messages/16/nothing/",
        "/messages/x/",
    ],
)
def test_what_is_not_there_is_not_there_with_a_slash_either(client: FlaskClient, path: str):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/login/", "/messages/16/", "/api/v1/reports/"])
def test_what_is_sent_is_not_lost_on_the_way(client: FlaskClient, path: str):
    assert client.post(path, data={"body": "x"}).status_code == 404
