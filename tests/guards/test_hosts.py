"""Where a request seems to come from, and which host it asks for: forged, it changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, request, url_for

from config import Settings
from marketplace import create_app
from marketplace.operations.limits import client_address
from tests import cast
from tests.guards.conftest import HTTPS
from tests.letters import post

FORGED = {
    "X-Forwarded-For": "203.0.113.1, 203.0.113.2, 203.0.113.3",
    "X-Forwarded-Proto": "http, https, https",
    "X-Forwarded-Host": "evil.example, other.example, shop.example",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Prefix": "/evil",
    "X-Real-IP": "203.0.113.4",
    "Forwarded": "for=203.0.113.5;proto=https;host=evil.example",
}


@pytest.fixture(params=[0, 1, 2])
def behind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application behind so many proxies, with a page that tells what it made of a request."""
    environ = {"INSTANCE_PATH": str(tmp_path), "TRUSTED_PROXIES": str(request.param)}
    app = create_app(Settings.from_environment(environ))
    app.add_url_rule("/seen", "seen", seen)
    yield app
    app.extensions["reader"].dispose()


def seen() -> dict[str, str]:
    mailed = url_for("accounts.login", _external=True)
    return {"address": client_address(), "scheme": request.scheme, "mailed": mailed}


def test_a_header_counts_only_as_far_as_there_are_proxies(behind: Flask):
    """Mechanism: no ``ProxyFix`` unless TRUSTED_PROXIES says so, and then for so many."""
    expected = {
        0: ("127.0.0.1", "http", "http://localhost/login"),
        1: ("203.0.113.3", "https", "https://shop.example/login"),
        2: ("203.0.113.2", "https", "https://other.example/login"),
    }
    answer = behind.test_client().get("/seen", headers=FORGED)
    address, scheme, mailed = expected[behind.config["TRUSTED_PROXIES"]]
    assert answer.json == {"address": address, "scheme": scheme, "mailed": mailed}


def test_without_the_headers_a_proxy_changes_nothing(behind: Flask):
    answer = behind.test_client().get("/seen")
    assert answer.json is not None
    assert answer.json["mailed"] == "http://localhost/login"


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("203.0.113.1", "203.0.113.2", False),
        ("::ffff:203.0.113.1", "::ffff:203.0.113.2", False),
        ("::ffff:203.0.113.1", "203.0.113.1", True),
        ("203.0.113.1:50000", "203.0.113.1:50001", True),
        ("[2001:db8::1]:50000", "2001:db8::2", True),
        ("unknown", "203.0.113.1", False),
        ("", "[", True),
    ],
)
def test_whom_the_network_gave_many_addresses_is_still_one(
    app: Flask, first: str, second: str, is_one: bool
):
    told = set()
    for address in (first, second):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            told.add(client_address())
    assert len(told) == (1 if is_one else 2)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "shop.example.evil.example", "evilshop.example", "", "127.0.0.1", "a b"],
)
@pytest.mark.parametrize("path", ["/marketplace", "/login", "/nothing", "/messages/1/poll"])
def test_in_production_another_host_is_refused(production: Flask, host: str, path: str):
    """Mechanism: ALLOWED_HOSTS as Flask's TRUSTED_HOSTS."""
    answer = production.test_client().get(path, base_url=HTTPS, headers={"Host": host})
    assert answer.status_code == 400
    if path.endswith("/poll"):
        assert answer.json is not None
        assert answer.json["error"]["code"] == "bad_request"
    else:
        assert "This request could not be understood." in answer.text
        assert 'href="/marketplace"' in answer.text
    if host:
        assert host not in answer.text


def test_in_production_a_form_for_another_host_does_nothing(production: Flask):
    client = production.test_client()
    form = {"email": "sam@example.com"}
    answer = client.post("/reset", data=form, base_url=HTTPS, headers={"Host": "evil.example"})
    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["shop.example", "shop.example:8443"])
def test_in_production_its_own_host_is_answered(production: Flask, host: str):
    answer = production.test_client().get("/marketplace", base_url=f"https://{host}")
    assert answer.status_code == 200


def test_in_production_a_mails_link_has_the_sites_address_whatever_was_asked(production: Flask):
    """Mechanism: SITE_URL in ``pages.here``. Without it the request's port led into the mail."""
    cast.person(production, "Sam")
    client, asked = production.test_client(), "https://shop.example:8443"
    page = client.get("/reset", base_url=asked).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    for path, form in (
        ("/reset", {"email": "sam@example.com"}),
        ("/register", {"email": "sam@example.com", "name": "S", "password": cast.PASSWORD}),
        ("/register", {"email": "nina@example.com", "name": "N", "password": cast.PASSWORD}),
    ):
        form["csrf_token"] = token
        answer = client.post(path, data=form, base_url=asked, headers={"Referer": asked})
        assert answer.status_code == 303
    letters = post(production)
    assert len(letters) == 3
    for letter in letters:
        text = letter.get_content()
        assert text.count("://") == text.count("https://shop.example/") > 0


def test_elsewhere_any_host_is_answered(app: Flask):
    """A newcomer's machine has many names."""
    answer = app.test_client().get("/marketplace", base_url="http://192.0.2.7:8000")
    assert answer.status_code == 200
