"""The list of what is for sale."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.catalogue.models import Status
from tests import cast
from tests.catalogue import selling, uploads
from tests.queries import counted


def titles(client: FlaskClient, path: str = "/marketplace") -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    found = re.findall(r'class="stretched-link"[^>]*>([^<]*)</a>', response.text)
    return [html.unescape(title) for title in found]


def heading(client: FlaskClient, path: str) -> str:
    found = re.search("<title>(.*?)</title>", client.get(path).text, re.S)
    assert found
    return html.unescape(found[1])


@pytest.fixture
def fifty(app: Flask, sam: User) -> None:
    for number in range(50):
        cast.listing(app, sam, f"Thing {number}")


def test_the_front_door_leads_to_the_marketplace(client: FlaskClient) -> None:
    response = client.get("/")
    assert response.status_code == 302
    assert response.location == "/marketplace"


def test_the_newest_come_first_and_24_fill_a_page(client: FlaskClient, fifty: None) -> None:
    assert titles(client) == [f"Thing {number}" for number in range(49, 25, -1)]
    assert titles(client, "/marketplace?page=2") == [f"Thing {n}" for n in range(25, 1, -1)]
    assert titles(client, "/marketplace?page=3") == ["Thing 1", "Thing 0"]


def test_pages_lead_to_each_other_and_keep_the_search(client: FlaskClient, fifty: None) -> None:
    first, second, third = (
        client.get(f"/marketplace?q=thing&page={number}").text for number in (1, 2, 3)
    )
    assert "/marketplace?page=2&amp;q=thing" in first
    assert 'rel="prev"' not in first
    assert "/marketplace?page=1&amp;q=thing" in second
    assert "/marketplace?page=3&amp;q=thing" in second
    assert 'rel="next"' not in third


def test_a_full_last_page_promises_no_further_one(
    app: Flask, client: FlaskClient, sam: User
) -> None:
    for number in range(24):
        cast.listing(app, sam, f"Thing {number}")
    assert 'rel="next"' not in client.get("/marketplace").text


def test_the_title_says_what_is_searched_and_which_page(client: FlaskClient, fifty: None) -> None:
    assert heading(client, "/marketplace").startswith("For sale ·")
    assert heading(client, "/marketplace?page=2").startswith("For sale · Page 2 ·")
    assert heading(client, "/marketplace?q=a<b&page=2").startswith("Search: a<b · Page 2 ·")


@pytest.mark.parametrize("page", ["0", "-3", "abc", "", "1.5", "9" * 5000, "1%00"])
def test_a_page_that_is_no_number_is_the_first(
    client: FlaskClient, bicycle: int, page: str
) -> None:
    assert titles(client, f"/marketplace?page={page}") == ["Red bicycle"]


@pytest.mark.parametrize("page", ["2", "99999", "9" * 30])
def test_beyond_the_last_page_there_is_a_way_back(
    client: FlaskClient, bicycle: int, page: str
) -> None:
    response = client.get(f"/marketplace?page={page}")
    assert response.status_code == 200
    assert "There is nothing more here." in response.text
    assert "To the first page" in response.text


def test_a_search_that_finds_nothing_says_so_and_leads_back(
    client: FlaskClient, bicycle: int
) -> None:
    page = client.get("/marketplace?q=submarine").text
    assert "Nothing found." in page
    assert "Show all listings" in page
    assert "Red bicycle" not in page


def test_an_empty_marketplace_invites_to_sell(client: FlaskClient) -> None:
    assert "Nothing is for sale yet." in client.get("/marketplace").text


def test_sold_ones_stay_with_a_badge_and_withdrawn_ones_go(
    app: Flask, client: FlaskClient, as_sam: FlaskClient, sam: User
) -> None:
    for status in Status:
        cast.listing(app, sam, status.value, status)
    assert set(titles(client)) == {"available", "reserved", "sold"}
    page = client.get("/marketplace").text
    assert re.search(r'class="badge[^>]*>Sold<', page)
    assert re.search(r'class="badge[^>]*>Reserved<', page)
    assert set(titles(as_sam)) == {"available", "reserved", "sold"}


def test_one_sees_all_of_ones_own_and_nobody_elses(
    app: Flask, as_sam: FlaskClient, sam: User, bea: User
) -> None:
    for status in Status:
        cast.listing(app, sam, f"Thing {status.value}", status)
    cast.listing(app, bea, "Bea's kettle")
    page = as_sam.get("/marketplace/mine").text
    assert all(f"Thing {status.value}" in page for status in Status)
    assert "kettle" not in page


def test_who_sells_nothing_is_told_so(as_bea: FlaskClient, bicycle: int) -> None:
    assert "You have nothing for sale yet." in as_bea.get("/marketplace/mine").text


def test_text_of_others_is_never_markup(app: Flask, client: FlaskClient, sam: User) -> None:
    evil = "<script>alert(1)</script>"
    listing = cast.listing(app, sam, evil)
    for path in ("/marketplace", f"/marketplace/{listing}", f"/marketplace?q={evil}"):
        page = client.get(path).text
        assert evil not in page
        assert html.escape(evil) in page


def test_prices_are_written_in_the_readers_language(client: FlaskClient, bicycle: int) -> None:
    english = client.get("/marketplace", headers={"Accept-Language": "en"}).text
    french = client.get("/marketplace", headers={"Accept-Language": "fr"}).text
    assert "€120" in english
    assert "120\u00a0€" in french


def test_the_number_of_statements_does_not_grow_with_the_listings(
    app: Flask, client: FlaskClient, as_sam: FlaskClient, as_bea: FlaskClient, sam: User, bea: User
) -> None:
    for seller in (as_sam, as_bea):
        selling.id_in(selling.sell(seller, (uploads.jpeg((8, 8)), "a.jpg")))
    paths = ((client, "/marketplace"), (as_bea, "/marketplace"), (as_bea, "/marketplace/mine"))
    few = [_statements(browser, path) for browser, path in paths]
    for seller in (as_sam, as_bea) * 8:
        selling.id_in(selling.sell(seller, *[(uploads.jpeg((8, 8)), "a.jpg")] * 3))
    assert [_statements(browser, path) for browser, path in paths] == few
    assert few[0] == 1  # listings with their sellers and covers


def _statements(client: FlaskClient, path: str) -> int:
    with counted() as statements:
        assert client.get(path).status_code == 200
    return len(statements)
