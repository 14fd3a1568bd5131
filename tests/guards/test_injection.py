"""Markup as message, name, title and file name: shown as it was typed, wherever it is shown."""

from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from marketplace.messaging import conversations, messages
from tests import cast
from tests.accounts.browsing import submit
from tests.catalogue import uploads
from tests.catalogue.selling import id_in, sell

HOSTILE = [
    "</script><img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "<!--<a href=javascript:alert(1)>-->",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_it_is_text_on_every_page(app: Flask, sam: User, bea: User, text: str):
    """Mechanism: Jinja's escaping, and ``linkify`` building its HTML from escaped parts."""
    as_sam = named(app, sam, text)
    as_bea = named(app, bea, text)
    listing = id_in(sell(as_sam, (uploads.jpeg(), file_name(text)), title=text, description=text))
    with app.app_context():
        conversation = conversations.open_about(bea, listing)
        messages.send(bea, conversation, text, text[:5].replace(" ", "_"))
    addresses = [
        "/marketplace",
        f"/marketplace?q={quote(text)}",
        f"/marketplace/{listing}",
        "/marketplace/mine",
        f"/marketplace/{listing}/edit",
        f"/marketplace/{listing}/contact",
        "/messages",
        f"/messages?q={quote(text)}",
        f"/messages/{conversation}",
        "/profile",
        f"/login?next={quote('/' + text)}",
        f"/{quote(text)}",
    ]
    shown = 0
    for client in (as_sam, as_bea):
        pages = [client.get(address).text for address in addresses]
        pages.append(refused_text(client, conversation, text))
        for kind in ("poll", "history"):
            answer = client.get(f"/messages/{conversation}/{kind}").json
            assert answer is not None
            assert [message["body"] for message in answer["messages"]] == [text]
            pages += [message["html"] for message in answer["messages"]]
        for page in pages:
            assert_nothing_runs(page)
            shown += text in words_of(page)
    assert shown > 10, "or this test would look at the wrong pages"


@pytest.mark.parametrize("text", HOSTILE)
def test_it_is_text_when_refused(app: Flask, as_sam: FlaskClient, text: str):
    """Forms come back with what was typed, errors name the file."""
    pages = [
        sell(as_sam, (b"no picture", file_name(text)), title=text).text,
        sell(as_sam, title=text, price=text).text,
        submit(as_sam, "/profile", name=text * 9).text,
        submit(app.test_client(), "/login", email=text, password=text).text,
        submit(app.test_client(), "/register", email=text, name=text, password=text).text,
        submit(app.test_client(), "/reset", email=text).text,
    ]
    for page in pages:
        assert_nothing_runs(page)
        assert "Marketplace" in page


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://example.com/a?b=c&d", ["https://example.com/a?b=c&d"]),
        ("http://example.com", ["http://example.com"]),
        ("javascript:alert(1) data:text/html,x vbscript:x file:///etc/passwd", []),
        ("JAVASCRIPT://example.com/%0aalert(1)", []),
        ('https://example.com/"onmouseover="alert(1)', ["https://example.com/"]),
    ],
)
def test_only_web_addresses_become_links_and_they_give_nothing_away(
    app: Flask, bea: User, as_sam: FlaskClient, bicycle: int, text: str, links: list[str]
):
    """Mechanism: ``linkify`` knows two schemes. Its own tests are in messaging/test_text.py."""
    with app.app_context():
        conversation = conversations.open_about(bea, bicycle)
        messages.send(bea, conversation, text, "1")
    page = as_sam.get(f"/messages/{conversation}").text
    [message] = as_sam.get(f"/messages/{conversation}/poll").json["messages"]  # type: ignore[index]
    for html in (page.split('<li class="message')[1].split("</li>")[0], message["html"]):
        found = [dict(attributes) for tag, attributes in tags_of(html) if tag == "a"]
        assert [link["href"] for link in found] == links
        assert all(link["rel"] == "noopener nofollow ugc" for link in found)
    assert_nothing_runs(page)


def file_name(text: str) -> str:
    """As browsers send it: a quotation mark would end the name."""
    return f"{text}.jpg".replace('"', "%22")


def named(app: Flask, user: User, name: str) -> FlaskClient:
    """This person's browser, once they have called themselves so."""
    client = cast.browser_of(app, user)
    assert submit(client, "/profile", name=name, language="").status_code == 303
    return client


def refused_text(client: FlaskClient, conversation: int, text: str) -> str:
    """The page on which a message that is too long comes back."""
    answer = submit(client, f"/messages/{conversation}", body=text * 1000)
    assert answer.status_code == 422
    return answer.text


def assert_nothing_runs(page: str) -> None:
    """What a browser's parser makes of it has no script, handler or address of ours but files."""
    for tag, attributes in tags_of(page):
        if tag == "script":
            assert dict(attributes)["src"].startswith("/static/")
        for name, value in attributes:
            assert not name.startswith("on"), (tag, name)
            assert name != "style"
            if name in ("href", "src", "action", "formaction"):
                assert value.startswith(("/", "#", "http://", "https://")), value
                assert not value.startswith("//")
    assert "49" not in [word for word in words_of(page).split() if word == "49"]


def tags_of(page: str) -> list[tuple[str, list[tuple[str, str]]]]:
    return _read(page).tags


def words_of(page: str) -> str:
    return _read(page).words


def _read(page: str) -> "_Reader":
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader


class _Reader(HTMLParser):
    """Tags with their attributes, and the text between them and in form fields."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str]]]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = [(name, value or "") for name, value in attrs]
        self.tags.append((tag, attributes))
        self.words += "".join(f" {value} " for name, value in attributes if name == "value")

    def handle_data(self, data: str) -> None:
        self.words += data
