"""Where another's text stands in ours, it is set apart: what is written from right to left turns
nothing around it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.messaging import messages
from marketplace.texts.rules import isolated
from tests import cast
from tests.catalogue.selling import press
from tests.house.test_pages_hygiene import name_of, sources, without_comments

NAME = "\u05d3\u05d5\u05d3 (05)"
TITLE = "\u0628\u0627\u0628 3 (A)"
BODY = "\u05e9\u05dc\u05d5\u05dd 12!"
ISOLATES = re.compile("\u2068[^\u2068\u2069]*\u2069")
VOID = "area base br col hr img input link meta source".split()  # noqa: SIM905 - as HTML lists them


class Bare(HTMLParser):
    """Collects where one of the three stands without being set apart."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.seen = 0
        self._apart: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_apart = tag == "bdi" or ("dir", "auto") in attrs
        is_unseen = ("type", "hidden") in attrs
        for name, value in attrs:
            is_fine = name == "value" and (is_apart or is_unseen)
            self._look(value or "", is_fine, f"<{tag} {name}>")
        if tag not in VOID:
            self._apart.append(is_apart)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self._apart.pop()

    def handle_data(self, data: str) -> None:
        self._look(data, bool(self._apart) and self._apart[-1], self.get_starttag_text() or "")

    def _look(self, text: str, is_apart: bool, where: str) -> None:
        self.seen += any(each in text for each in (NAME, TITLE, BODY))
        rest = ISOLATES.sub("", text)
        if not is_apart and any(each in rest for each in (NAME, TITLE, BODY)):
            self.found.append(f"{where}: {text.strip()}")


def look(html: str) -> Bare:
    bare = Bare()
    bare.feed(html)
    bare.close()
    return bare


@pytest.fixture
def seller(app: Flask) -> User:
    return cast.person(app, NAME, "david@example.com")


@pytest.fixture
def door(app: Flask, seller: User) -> int:
    return cast.listing(app, seller, TITLE)


@pytest.fixture
def as_seller(app: Flask, seller: User) -> FlaskClient:
    return cast.browser_of(app, seller)


@pytest.fixture
def talk(app: Flask, as_bea: FlaskClient, seller: User, door: int) -> int:
    """Bea's conversation about the door, with an answer."""
    path = press(as_bea, f"/marketplace/{door}/contact", body="Hello!").location
    conversation_id = int(path.rsplit("/", 1)[-1])
    with app.app_context():
        messages.send(seller, conversation_id, BODY, "a")
    return conversation_id


def buyers_pages(door: int, talk: int) -> Iterator[str]:
    yield from ("/marketplace", f"/marketplace?q={TITLE}", f"/marketplace/{door}")
    yield from ("/messages", f"/messages?q={NAME}", f"/messages?folder=archived&q={NAME}")
    yield from (f"/messages/{talk}", f"/messages/{talk}/report", f"/marketplace/{door}/contact")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_on_the_pages_of_who_talks_with_somebody(
    as_bea: FlaskClient, door: int, talk: int, language: str
) -> None:
    for path in buyers_pages(door, talk):
        page = as_bea.get(path, headers={"Accept-Language": language})
        assert page.status_code == 200, path
        bare = look(page.text)
        assert (path, bare.found) == (path, [])
        assert bare.seen, path


def test_on_ones_own_pages(as_seller: FlaskClient, door: int, talk: int) -> None:
    own = ("/marketplace/mine", f"/marketplace/{door}", f"/marketplace/{door}/edit", "/profile")
    for path in (*own, "/messages", f"/messages/{talk}"):
        page = as_seller.get(path)
        assert page.status_code == 200, path
        bare = look(page.text)
        assert (path, bare.found) == (path, [])
        assert bare.seen, path


def test_in_what_is_said_about_a_block(
    as_bea: FlaskClient, seller: User, door: int, talk: int
) -> None:
    """A flash, the sentence in place of the composer, and the same in the poll."""
    for blocked in ("1", "0"):
        path = f"/users/{seller.id}/block?next=/messages/{talk}"
        shown = as_bea.get(press(as_bea, path, blocked=blocked).location).text
        assert isolated(NAME) in shown
        assert look(shown).found == []
        assert look(as_bea.get(f"/marketplace/{door}").text).found == []
        told = as_bea.get(f"/messages/{talk}/poll?after=0").get_json()
        assert NAME not in ISOLATES.sub("", told["closed"] or "")


def test_in_messages_that_the_poll_and_the_history_bring(as_bea: FlaskClient, talk: int) -> None:
    for path in (f"/messages/{talk}/poll?after=0", f"/messages/{talk}/history"):
        told = as_bea.get(path).get_json()["messages"]
        bare = look("".join(each["html"] for each in told))
        assert bare.found == []
        assert bare.seen == 2  # the name and the text


def test_in_a_form_that_comes_back(as_seller: FlaskClient, door: int) -> None:
    refused = press(as_seller, f"/marketplace/{door}/edit", title=TITLE, description="", price="1")
    assert refused.status_code == 422
    bare = look(refused.text)
    assert (bare.found, bool(bare.seen)) == ([], True)


@pytest.mark.parametrize("path", sources("templates"), ids=name_of)
def test_no_sentence_of_a_template_takes_a_text_as_it_is(path: Path) -> None:
    """The pages above do not show every sentence; none is written without the filter."""
    sentences = re.findall(r"\b_\(\"[^\"]*%\([^\"]*\"[^\"]*\)", without_comments(path))
    taken = re.findall(r"\b(?:name|title|query|q)=([\w.]+)(?=[,)])", " ".join(sentences))
    assert [each for each in taken if each != "any_name"] == []


def test_what_is_written_as_our_pages_are_stays_as_it_is() -> None:
    for text in ("Béatrice (05)", "Ольга", "李小龍", "🚲"):
        assert isolated(text) == text
    for text in (NAME, TITLE, "A \u07d0", "\U0001e900"):
        assert isolated(text) == f"\u2068{text}\u2069"


@pytest.mark.parametrize(
    "html",
    [f"<p>{NAME}</p>", f"<p dir=auto>Hello <b>{NAME}</b></p>", f'<img alt="{NAME}" dir="auto">'],
)
def test_the_look_finds_what_is_not_set_apart(html: str) -> None:
    assert look(html).found
