"""A text becomes HTML: escaped, with the web's addresses as links and no others."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as some
from linkify_it import LinkifyIt

from marketplace.messaging import text as module
from marketplace.messaging.text import linkify
from marketplace.storage.memo import Memo

REL = 'rel="noopener nofollow ugc" target="_blank"'
LONGEST = 5_000  # characters of a message
LONG = 200_000  # with work that grows by the square of it, minutes for each piece


@pytest.fixture(autouse=True)
def rendered(monkeypatch: pytest.MonkeyPatch) -> Iterator[Memo[bytes, object]]:
    """Nothing is known from another test."""
    memo: Memo[bytes, object] = Memo(module.RENDERED_BYTES)
    monkeypatch.setattr(module, "_rendered", memo)
    return memo


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What linkify-it has been given."""
    texts: list[str] = []
    find_end = LinkifyIt.test_schema_at

    def noting(library: LinkifyIt, text: str, name: str, position: int) -> int:
        texts.append(text)
        return find_end(library, text, name, position)

    monkeypatch.setattr(LinkifyIt, "test_schema_at", noting)
    return texts


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
        (
            "Www.example.com, it says",
            f'<a href="https://Www.example.com" {REL}>Www.example.com</a>, it says',
        ),
    ],
)
def test_an_address_becomes_a_link_without_the_end_of_its_sentence(text: str, html: str):
    assert linkify(text) == html


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/maps/place/48%C2%B051'24.0%22N",
        "https://fr.wikipedia.org/wiki/L'Équipe",
        "https://fr.wikipedia.org/wiki/L\u2019Équipe",
        "https://en.wikipedia.org/wiki/Michelson\u2013Morley_experiment",
        "https://ca.wikipedia.org/wiki/Col\u00b7lecció",
        "https://fa.wikipedia.org/wiki/\u0645\u06cc\u200c\u062e\u0648",
        "https://example.com/x_[other]",
        "https://example.com/?ids[]",
        "https://example.com/?ids[]=1&ids[]=2#a;b,c",
        "https://example.com/a_(b)_(c)/d",
        "https://example.com/{id}/-",
        "https://example.com/a...b",
        "https://example.com/@sam/1",
        "https://web.archive.org/web/2020*/https://example.com/x",
        "https://example.com:8443/?u=https://example.org/",
        "http://localhost:8000/x",
        "http://127.0.0.1/",
        "https://xn--bcher-kva.example/",
    ],
)
@pytest.mark.parametrize("sentence", ["{}", "({})", "See {}.", "\u201e{}\u201c, sagt er", "**{}**"])
def test_an_address_is_not_cut_too_early(address: str, sentence: str):
    assert links_in(sentence.format(address)) == [(address, address)]


@pytest.mark.parametrize(
    "text",
    [
        "https://a.com/x\u3002",
        "https://a.com/x\u3002谢谢",
        "请看https://a.com/x\uff0c谢谢",
        "\uff08https://a.com/x\uff09",
        "「https://a.com/x」です",
        "https://a.com/x\uff08参照\uff09",
        "\u201ehttps://a.com/x\u201c",
        "\u201chttps://a.com/x.\u201d",
        "\u2018https://a.com/x\u2019",
        "\u00ab\u00a0https://a.com/x\u00a0\u00bb \u00bbhttps://a.com/x\u00ab",
        "\u2039https://a.com/x\u203a",
        "'https://a.com/x'",
        '"https://a.com/x"',
        "`https://a.com/x`",
        "<https://a.com/x>",
        "[that](https://a.com/x)",
        "[https://a.com/x]",
        "{https://a.com/x}",
        "**https://a.com/x**",
        "*see https://a.com/x*",
        "__https://a.com/x__",
        "~~https://a.com/x~~",
        "|https://a.com/x|",
        "https://a.com/x\u2026",
        "https://a.com/x...",
        "https://a.com/x?!",
        "https://a.com/x:",
        "https://a.com/x;",
        "https://a.com/x\u061f",
        "https://a.com/x\u0964",
        "https://a.com/x)))",
        "https://a.com/x\u2028next",
        *(
            f"https://a.com/x{unseen}"
            for unseen in "\u00ad\u034f\u061c\u115f\u17b4\u180e\u200b\u200c\u200d\u200e\u202e\u2060"
            "\u2066\u2800\u3164\ufe0f\ufeff\uffa0\U000e0001\U000e0041\U000e0100"
        ),
    ],
    ids=ascii,
)
def test_an_address_is_not_cut_too_late(text: str):
    assert set(links_in(text)) == {("https://a.com/x", "https://a.com/x")}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://a.com,https://b.com", ["https://a.com", "https://b.com"]),
        ("https://a.com/x,https://b.com/y", ["https://a.com/x", "https://b.com/y"]),
        ("https://a.com/x;https://b.com/y", ["https://a.com/x", "https://b.com/y"]),
        ("https://a.com/x|www.b.com/y", ["https://a.com/x", "www.b.com/y"]),
        ("http://http://a.com/", ["http://a.com/"]),
        ("https://a.com\u200bhttps://b.com", ["https://a.com", "https://b.com"]),
        (
            "https://a.com\nwww.b.com\r\nhttp://c.com",
            ["https://a.com", "www.b.com", "http://c.com"],
        ),
    ],
)
def test_two_addresses_are_two_links(text: str, shown: list[str]):
    assert [each for each, _ in links_in(text)] == shown


@pytest.mark.parametrize("turning", "\u061c\u200e\u200f\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
def test_an_address_cannot_turn_the_direction_of_writing(turning: str):
    [(shown, to)] = links_in(f"https://example.com/{turning}gpj.exe")

    assert shown == to == "https://example.com/"


@pytest.mark.parametrize(
    "text",
    [
        "https://bank.example@evil.example/",
        "https://bank.example:443@evil.example/",
        "https://bank.example%2f@evil.example/",
        "https://bank.example\\@evil.example/",
        "https://bank.example\uff20evil.example/",
        f"https://{'bank' * 20}@evil.example/",
        "https://bank.example@https://evil.example/",
        "https://bank.example@www.evil.example/",
        "www.bank.example@evil.example",
        "https://@evil.example/",
    ],
    ids=ascii,
)
def test_an_address_that_hides_where_it_leads_is_no_link(text: str):
    assert links_in(text) == []


@pytest.mark.parametrize(
    ("shown", "to", "title"),
    [
        (
            "https://bücher.example/é?a=1",
            "https://xn--bcher-kva.example/é?a=1",
            "xn--bcher-kva.example",
        ),
        ("https://\u0430pple.com:8443", "https://xn--pple-43d.com:8443", "xn--pple-43d.com:8443"),
        ("www.bücher.example", "https://www.xn--bcher-kva.example", "www.xn--bcher-kva.example"),
        ("https://\uff42ank.example/", "https://bank.example/", "bank.example"),
    ],
    ids=ascii,
)
def test_of_a_name_with_other_letters_the_title_says_what_is_looked_up(
    shown: str, to: str, title: str
):
    [attributes] = read(linkify(shown)).links

    assert read(linkify(shown)).words == shown
    assert (attributes["href"], attributes["title"]) == (to, title)


@pytest.mark.parametrize(
    "text",
    [
        "https://bank.example\u2044login.evil.example",  # looks like a slash
        "https://\U0001f4a9.example",
        "https://é" + "a" * 70 + ".example",
        "https://" + "é." * 200 + "example",
    ],
    ids=ascii,
)
def test_a_name_that_cannot_be_looked_up_is_no_link(text: str):
    assert links_in(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "javascript://www.example.com/%0aalert(1)",
        "data:text/html,x",
        "mailto:sam@example.com",
        "sam@www.example.com",
        "ftp://www.example.com",
        "//example.com",
        "example.com",
        "www.example",
        "www.",
        "www...",
        "awww.example.com",
        "http://",
        "http:///x",
        "https://.",
        "https://-",
        "https://a.com:99999/",
        "xhttp://example.com",
        "xhttp:/example.com",
        "http\u017f://example.com",
    ],
    ids=ascii,
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
        "https://example.com/?a&amp;b&lt;&#34;",
        "https://é.example/'onmouseover='alert(1)",
    ],
)
def test_markup_stays_text(text: str):
    html = linkify(text)

    assert {tag for tag, _ in read(html).tags} <= {"a"}
    assert {name for attributes in read(html).links for name in attributes} <= {
        *("href", "rel", "target", "title")
    }
    assert read(html).words == text


PIECES = ["http://", "https://", "www.", "a.com", "é.example", "/", "?", "#", "@", ":", "\\", "%"]
PIECES += ["(", ")", "[", "]", "{", "}", '"', "'", "`", "<", ">", "&", "&amp;", ".", ",", ";", "*"]
PIECES += [" ", "\n", "\u200d", "\u200b", "\u202e", "\u3002", "\uff08", "\U0001f4a9", "x", "_", "-"]


@given(some.lists(some.sampled_from(PIECES), max_size=30).map("".join) | some.text(max_size=50))
def test_a_text_comes_back_as_it_was_written(text: str):
    """What a browser makes of line breaks is another matter."""
    text = text.replace("\r", "").replace("\0", "")
    html = linkify(text)

    assert read(html).words == text
    for attributes in read(html).links:
        assert attributes["href"].lower().startswith(("http://", "https://"))
        assert "@" not in attributes["href"].split("/")[2].partition("?")[0].partition("#")[0]


STARTS = ["", "http://a", "http://a/", "http://a/?(", "www.a.b/["]
# Beginnings, and what linkify-it looks for the other half of.
HOSTILE = [
    *"()[]{}<>\"'`.,;:!?@/\\-_*~#&=%x \u200d\u3002\uff09\u201c\u0301\U0001f4a9",
    *(
        "http://",
        "https://",
        "http://a/",
        "http://a/(",
        "http://a/('[{\"",
        "http://a/'b",
        "https:/",
    ),
    *("www.", "www.a.b/", "www.a.b/(", "a.", "a@", "http://a@", "http://é.é/", "http://é.é\u3002"),
    *(",http://a", "http://a ", "http://a.b/x\n", "(http://a)", "[a](http://a/)", "é.", "xn--"),
]


@pytest.mark.parametrize("start", STARTS)
def test_no_text_takes_more_work_than_this(start: str, looked_at: list[str]):
    """Mechanism: ``LOOKED_AT_MAX`` and ``LINKS_MAX``. Without the first, 5,000 characters of
    ``http://a/(`` are looked at 500 times; in one address linkify-it bounds its work itself."""
    for piece in HOSTILE:
        looked_at.clear()
        html = linkify((start + piece * LONGEST)[:LONGEST])
        assert sum(map(len, looked_at)) <= 3 * LONGEST, piece
        assert html.count("<a ") <= 100, piece


@pytest.mark.parametrize("start", STARTS)
def test_work_does_not_grow_with_the_square_of_the_length(start: str):
    """Mechanism: as above. What fails without it is the limit on a test's time."""
    for piece in HOSTILE:
        assert linkify((start + piece * LONG)[:LONG])


def test_brackets_without_an_end_are_text(looked_at: list[str]):
    """Measured before: 25 to 56 ms each time that somebody asked what is new."""
    text = "http://a" + "]" * 4_992

    assert links_in(text) == [("http://a", "http://a")]
    assert len(looked_at) == 1


def test_links_in_a_long_list_are_all_links():
    addresses = [f"https://shop.example.com/listing/{number}?ref=mail" for number in range(90)]

    for between in ("\n", ", ", ",", " (", "\u3001"):
        assert [shown for shown, _ in links_in(between.join(addresses))] == addresses


def test_a_text_is_rendered_once_for_all_its_readers(looked_at: list[str]):
    """Mechanism: the memo in front of ``_render``."""
    pages = {linkify("See https://example.com/ and https://example.org/") for _ in range(200)}

    assert len(pages) == 1
    assert len(looked_at) == 2


def test_what_was_rendered_is_bounded_in_bytes(rendered: Memo[bytes, object]):
    for number in range(2_000):
        linkify(f"https://a.com/{number} " + '"' * 4_900)

    assert 50 < len(rendered) < 2_000
    assert rendered.bytes <= module.RENDERED_BYTES


def test_a_text_without_an_address_is_not_kept(rendered: Memo[bytes, object]):
    assert linkify("Is it <still> available?") == "Is it &lt;still&gt; available?"
    assert len(rendered) == 0


def links_in(text: str) -> list[tuple[str, str]]:
    """What is shown as a link, and where it leads."""
    page = read(linkify(text))
    assert page.words == text
    for attributes in page.links:
        assert attributes["rel"] == "noopener nofollow ugc"
        assert attributes["target"] == "_blank"
    return list(zip(page.linked, (each["href"] for each in page.links), strict=True))


def read(html: str) -> "Page":
    page = Page(convert_charrefs=True)
    page.feed(str(html))
    page.close()
    return page


class Page(HTMLParser):
    """What a browser makes of it."""

    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words = ""
        self.linked: list[str] = []

    @property
    def links(self) -> list[dict[str, str]]:
        """The attributes of each."""
        return [attributes for tag, attributes in self.tags if tag == "a"]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words += data
        if self.lasttag == "a" and len(self.linked) < len(self.links):
            self.linked.append(data)
