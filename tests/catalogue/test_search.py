"""Searching ignores case and accents, alike on every database."""

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from marketplace.accounts.models import User
from marketplace.catalogue import listings, search, words
from marketplace.catalogue.details import Details
from marketplace.catalogue.models import ListingWord, Status
from marketplace.storage.database import db
from tests.queries import counted, plan_of


@pytest.fixture
def shop(app_context: None, sam: User) -> User:
    for title, description in (
        ("Vélo d'été", "Cadre en ACIER, 100% révisé."),
        ("Œuvres complètes", "Strasse oder Straße? Ørsted, Łódź."),
        ("Lamp", "Under_score and back\\slash, 50 % off"),
        ("自転車", "とても軽い 🚲"),
    ):
        listings.create(
            sam, Details.read(title=title, description=description, price="1", currency="EUR")
        )
    return sam


def found(query: str) -> set[str]:
    return {listing.title for listing in listings.browse(query).listings}


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("velo", {"Vélo d'été"}),
        ("VÉLO", {"Vélo d'été"}),
        ("ve\u0301lo", {"Vélo d'été"}),
        ("ete acier", {"Vélo d'été"}),
        ("acier ete", {"Vélo d'été"}),
        ("aci", {"Vélo d'été"}),
        ("cier", set()),
        ("ac", set()),
        ("d", {"Vélo d'été"}),
        ("d'ete", {"Vélo d'été"}),
        ("l'été", set()),
        ("acier lampe", set()),
        ("oeuvres", {"Œuvres complètes"}),
        ("ŒUVRES", {"Œuvres complètes"}),
        ("STRASSE straße", {"Œuvres complètes"}),
        ("orsted lodz", {"Œuvres complètes"}),
        ("自転", {"自転車"}),
        ("転車", {"自転車"}),
        ("軽い", {"自転車"}),
        ("軽自動車", set()),
        ("🚲", {"自転車"}),
        ("🚗", set()),
    ],
)
def test_words_are_found(shop: User, query: str, titles: set[str]) -> None:
    assert found(query) == titles


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("100%", {"Vélo d'été"}),
        ("1%0", set()),
        ("r_score", set()),
        ("under_score", {"Lamp"}),
        ("l_mp", set()),
        ("back\\slash", {"Lamp"}),
        ("/", set()),
        ("%", set()),
        ("%'", set()),
        ("'; DROP TABLE listings; --", set()),
    ],
)
def test_signs_that_mean_something_to_a_database_are_signs(
    shop: User, query: str, titles: set[str]
) -> None:
    assert found(query) == titles


@pytest.mark.parametrize("query", ["", " ", "\0", "\t\n", "\u0301"])
def test_a_query_without_words_finds_everything(shop: User, query: str) -> None:
    assert len(found(query)) == 4


def test_a_very_long_query_is_cut_and_still_answered(shop: User) -> None:
    assert found("velo " * 10_000) == {"Vélo d'été"}
    assert found("\ufdfa" * 10_000) == set()


def test_text_that_unfolds_to_eighteen_letters_each_can_be_stored(
    app: Flask, app_context: None, sam: User
) -> None:
    longest = Details.read(title="Poem", description="\ufdfa" * 5000, price="1", currency="EUR")
    listing = listings.create(sam, longest)
    assert listings.get_visible(None, listing.id).description == "\ufdfa" * 5000
    assert found("poem") == {"Poem"}


def test_a_changed_text_is_found_by_its_new_words_only(shop: User) -> None:
    [lamp] = listings.browse("lamp").listings
    changed = Details.read(title="Kettle", description="Whistles.", price="1", currency="EUR")
    listings.edit(shop, lamp.id, changed)
    assert found("kettle whistles") == {"Kettle"}
    assert found("lamp") == set()


def test_what_is_taken_down_is_not_found_and_what_is_put_back_is(shop: User) -> None:
    [lamp] = listings.browse("lamp").listings
    listings.withdraw(shop, lamp.id)
    assert found("lamp") == set()
    listings.set_status(shop, lamp.id, Status.SOLD)
    assert found("lamp") == {"Lamp"}


def test_a_listing_is_found_once_though_it_has_a_word_in_many_forms(
    app: Flask, app_context: None, sam: User
) -> None:
    for number in range(30):
        text = " ".join(f"lamp{each}" for each in range(40))
        details = Details.read(title=f"Lamp {number}", description=text, price="1", currency="EUR")
        listings.create(sam, details)
    for query in ("lamp", "lam", "lamp1"):  # 1,230, 1,230 and 330 entries
        first, second = listings.browse(query, 1), listings.browse(query, 2)
        numbers = [each.title for page in (first, second) for each in page.listings]
        assert numbers == [f"Lamp {number}" for number in range(29, -1, -1)]
        assert (first.has_next, second.has_next) == (True, False)


def test_rare_words_and_common_ones_are_looked_for_together(
    app_context: None, sam: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways of reading the index find the same; the figure where they part is made small."""
    for title in ("Red lamp", "Blue lamp", "Red bicycle lamp", "Lampshade, red"):
        listings.create(
            sam, Details.read(title=title, description="Good.", price="1", currency="EUR")
        )
    wanted = {
        "lamp": {"Red lamp", "Blue lamp", "Red bicycle lamp", "Lampshade, red"},
        "lamps": {"Lampshade, red"},
        "red lamp": {"Red lamp", "Red bicycle lamp", "Lampshade, red"},
        "lamp bicycle red": {"Red bicycle lamp"},
        "blue red": set(),
        "lampoon": set(),
    }
    for rare in (0, 2, 1000):
        monkeypatch.setattr(search, "RARE", rare)
        assert {query: found(query) for query in wanted} == wanted


def test_no_more_words_are_kept_of_a_listing_than_anybody_reads(
    app_context: None, sam: User
) -> None:
    many = " ".join(f"w{number}" for number in range(1000))
    details = Details.read(title="Many", description=many, price="1", currency="EUR")
    listings.create(sam, details)
    count = select(func.count()).select_from(ListingWord)
    assert db.session.scalar(count) == words.WORDS_MAX
    assert found("many w398") == {"Many"}


def test_an_edit_changes_only_the_words_that_are_new_or_gone(shop: User) -> None:
    [lamp] = listings.browse("lamp").listings
    changed = Details.read(title="Lamp", description="50 % off", price="1", currency="EUR")
    with counted() as statements:
        listings.edit(shop, lamp.id, changed)
    assert sum("listing_words" in each for each in statements) == 2  # read, and some deleted
    assert found("under") == set()
    assert found("lamp 50 off") == {"Lamp"}


@pytest.fixture
def crowded(app: Flask, app_context: None, sam: User) -> str:
    """A few listings full of words that begin alike, counted by the database: it takes what begins
    so for much more than there is. Returns the kind of database."""
    many = " ".join(f"lamp{each}" for each in range(words.WORDS_MAX))
    for number in range(30):
        text_ = many if number < 10 else "A good lamp1."
        details = Details.read(title=f"No. {number}", description=text_, price="1", currency="EUR")
        listings.create(sam, details)
    kind = db.engine.dialect.name
    db.session.execute(
        text("ANALYZE" if kind == "sqlite" else "ANALYZE TABLE listings, listing_words")
    )
    db.session.commit()
    return kind


@pytest.mark.parametrize("query", ["lam", "lamp", "lamp1", "lam good"])
def test_a_page_looks_up_its_own_listings_and_no_others(crowded: str, query: str) -> None:
    by_its_number = {
        "sqlite": "SEARCH listings USING INTEGER PRIMARY KEY (rowid=?)",
        "mysql": "eq_ref PRIMARY ",
    }
    assert plan_of(lambda: listings.browse(query), "listings") == [by_its_number[crowded]]


@pytest.mark.parametrize("query", ["lam", "lamp"])
def test_the_newest_with_a_common_beginning_are_read_in_order(crowded: str, query: str) -> None:
    from_the_newest = {
        "sqlite": "SEARCH listing_words USING PRIMARY KEY (stem=?)",
        "mysql": "ref PRIMARY Using where; Using index",  # and neither kept nor sorted
    }
    *_counted, page = plan_of(lambda: listings.browse(query), "listing_words")
    assert page == from_the_newest[crowded]
