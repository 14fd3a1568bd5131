"""One listing: what everybody sees, what its owner sees, and who sees nothing."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.catalogue.models import Status
from tests import cast
from tests.catalogue import uploads
from tests.catalogue.selling import id_in, sell

TOKEN = re.compile(r'(content|value)="[^"]{60,}"')


def body(client: FlaskClient, path: str) -> tuple[int, str]:
    """Status and page, without what differs from page to page: the token and the address."""
    response = client.get(path)
    return response.status_code, TOKEN.sub("", response.text).replace(path, "")


def test_everybody_reads_it_and_can_contact_the_seller(
    client: FlaskClient, as_bea: FlaskClient, bicycle: int
) -> None:
    for browser in (client, as_bea):
        page = browser.get(f"/marketplace/{bicycle}").text
        for text in ("Red bicycle", "€120", "Rides well.", "Sam", "Available"):
            assert text in page
        assert f'action="/marketplace/{bicycle}/contact"' in page
        assert f"/marketplace/{bicycle}/edit" not in page
        assert f"/marketplace/{bicycle}/delete" not in page


def test_its_owner_changes_it_and_does_not_contact_themselves(
    as_sam: FlaskClient, bicycle: int
) -> None:
    page = as_sam.get(f"/marketplace/{bicycle}").text
    assert f'href="/marketplace/{bicycle}/edit"' in page
    assert f'action="/marketplace/{bicycle}/status"' in page
    assert f'action="/marketplace/{bicycle}/delete"' in page
    assert '/contact"' not in page


@pytest.mark.parametrize("browser", ["client", "as_olly"])
def test_a_withdrawn_one_looks_like_one_that_never_was(
    app: Flask, sam: User, request: pytest.FixtureRequest, browser: str
) -> None:
    withdrawn = cast.listing(app, sam, "Secret", Status.WITHDRAWN)
    stranger: FlaskClient = request.getfixturevalue(browser)
    seen = body(stranger, f"/marketplace/{withdrawn}")
    assert seen == body(stranger, "/marketplace/999999")
    assert seen[0] == 404
    assert "Secret" not in seen[1]


def test_its_owner_sees_a_withdrawn_one_and_can_put_it_back(
    app: Flask, as_sam: FlaskClient, sam: User
) -> None:
    withdrawn = cast.listing(app, sam, "Secret", Status.WITHDRAWN)
    page = as_sam.get(f"/marketplace/{withdrawn}").text
    assert "Secret" in page
    assert "Put it back" in page
    assert f"/marketplace/{withdrawn}/delete" not in page


@pytest.mark.parametrize("number", ["0", "-1", "9223372036854775808", "9" * 40, "abc", "1.5"])
def test_a_number_that_is_no_listing_finds_nothing(client: FlaskClient, number: str) -> None:
    assert client.get(f"/marketplace/{number}").status_code == 404


def test_every_photo_leads_to_its_full_size(as_sam: FlaskClient, client: FlaskClient) -> None:
    listing = id_in(sell(as_sam, *[(uploads.jpeg(), "a.jpg")] * 3))
    page = client.get(f"/marketplace/{listing}").text
    links = re.findall(r'href="(/photos/[^"?]+)"', page)
    assert len(links) == 3
    assert all(client.get(link, buffered=True).status_code == 200 for link in links)
    assert "Photo 3 of 3: Red bicycle" in page


def test_one_without_photos_is_shown_all_the_same(client: FlaskClient, bicycle: int) -> None:
    assert "/photos/" not in client.get(f"/marketplace/{bicycle}").text


def test_looking_changes_nothing(app: Flask, client: FlaskClient, bicycle: int) -> None:
    for path in ("delete", "status"):
        assert client.get(f"/marketplace/{bicycle}/{path}").status_code == 405
