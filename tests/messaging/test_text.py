"""A text becomes HTML: escaped, with http and https links only."""

import pytest

from marketplace.messaging.text import linkify

REL = 'rel="noopener nofollow ugc" target="_blank"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "see https://example.com",
            f'see <a href="https://example.com" {REL}>https://example.com</a>',
        ),
        ("HTTP://EXAMPLE.COM/a", f'<a href="HTTP://EXAMPLE.COM/a" {REL}>HTTP://EXAMPLE.COM/a</a>'),
        (
            "https://example.com/?a=1&b=2.",
            f'<a href="https://example.com/?a=1&amp;b=2" {REL}>https://example.com/?a=1&amp;b=2</a>.',
        ),
        (
            "(https://example.com/a_(b))",
            f'(<a href="https://example.com/a_(b)" {REL}>https://example.com/a_(b)</a>)',
        ),
    ],
)
def test_an_address_becomes_a_link_without_the_end_of_its_sentence(text: str, html: str):
    assert linkify(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:sam@example.com",
        "www.example.com",
        "http://",
        "https://.",
        "xhttp:/example.com",
    ],
)
def test_nothing_else_becomes_one(text: str):
    assert linkify(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        'https://example.com/"onmouseover="alert(1)',
        "https://example.com/'><img src=x onerror=alert(1)>",
        "https://example.com/<b>",
    ],
)
def test_markup_stays_text(text: str):
    html = linkify(text)

    assert "<script" not in html
    assert "<img" not in html
    assert "<b>" not in html
    assert html.count('"') in (0, 6)  # those of our own link, and of nothing else
    assert html.striptags() == text


def test_an_address_cannot_turn_the_direction_of_writing():
    html = linkify("https://example.com/\u202egpj.exe")

    assert 'href="https://example.com/"' in html


def test_brackets_without_end_take_no_time():
    assert linkify("https://example.com/" + ")" * 5000).count("<a ") == 1
