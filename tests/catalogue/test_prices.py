"""Prices are read as people type them and shown as people write them."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from marketplace.catalogue import amounts, prices
from marketplace.catalogue.models import Listing
from marketplace.texts.errors import InvalidError
from tests.catalogue.selling import errors, id_in, sell

# Every blank of Unicode's that has a width.
BLANKS = (0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def label(minor: int, currency: str = "EUR", locale: str = "en") -> str:
    with force_locale(locale):
        listing = Listing(price_minor=minor, currency=currency)
        return prices.price_label(listing).translate({0xA0: " ", 0x202F: " "})


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("120", 120_00),
        (" 120 ", 120_00),
        ("0", 0),
        ("0,5", 50),
        ("120,50", 120_50),
        ("120.50", 120_50),
        ("120.5", 120_50),
        ("007", 7_00),
        ("1 200", 1_200_00),
        ("1\u202f200,50", 1_200_50),
        ("1\u00a0200", 1_200_00),
        ("1'200.00", 1_200_00),
        ("1’200.00", 1_200_00),  # noqa: RUF001 - as Swiss keyboards write it
        ("1.200", 1_200_00),
        ("1,200", 1_200_00),
        ("1,200.50", 1_200_50),
        ("1.200,50", 1_200_50),
        ("9 999 999,99", 9_999_999_99),
        ("10000000", 10_000_000_00),
        # A currency, before or after.
        ("12,5 €", 12_50),
        ("€12", 12_00),
        ("12€", 12_00),
        ("12 EUR", 12_00),
        ("EUR 12", 12_00),
        ("12 eur", 12_00),
        ("12 euros", 12_00),
        ("1 200,50 €", 1_200_50),
        ("CHF 12", 12_00),
        ("Fr. 12.50", 12_50),
        ("12.- CHF", 12_00),
        ("£12", 12_00),
        ("12 £GB", 12_00),
        ("$12", 12_00),
        ("12,50 $US", 12_50),
        # No cents, and nothing but cents.
        ("120.-", 120_00),
        ("120,-", 120_00),
        ("120.\N{EN DASH}", 120_00),
        ("120,--", 120_00),
        (".5", 50),
        (",5", 50),
        (".05 €", 5),
        # Blanks, apostrophes and digits from other keyboards.
        *((f"1{blank}200", 1_200_00) for blank in map(chr, BLANKS)),
        ("1\t200", 1_200_00),
        ("12\N{NO-BREAK SPACE}€", 12_00),
        ("12\N{IDEOGRAPHIC SPACE}\N{NARROW NO-BREAK SPACE}€", 12_00),
        ("１２０．５０", 120_50),  # noqa: RUF001 - full-width
        ("￡１２", 12_00),  # noqa: RUF001
        ("١٢", 12_00),
        ("١٢٫٥", 12_50),  # noqa: RUF001 - Arabic
    ],
)
def test_an_amount_is_understood(typed: str, minor: int) -> None:
    assert amounts.read_amount(typed) == minor


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "-1", "\N{MINUS SIGN}5", "NaN", "inf", "1e3", "abc", "5.", "²", "½",
        "1.2.3", "1,2,3", "1.200.50", "12 00", "1,2345", "0x10", "1\n2", "12 CAD", "¥12", "€", ".",
        "10\0", "10000001", "1000000000000", "9" * 5000, "1" + "0" * 30,
    ],
)  # fmt: skip
def test_what_is_no_price_is_refused(typed: str) -> None:
    with pytest.raises(InvalidError) as refused:
        amounts.read_amount(typed)
    assert refused.value.field == "price"
    assert refused.value.message


@pytest.mark.parametrize(
    ("typed", "english", "french"),
    [
        ("0.999", "Is it 1 or 999?", "Est-ce 1 ou 999"),
        ("0,500", "Is it 0.50 or 500?", "Est-ce 0,50 ou 500"),
        (",500 €", "Is it 0.50 or 500?", "Est-ce 0,50 ou 500"),
        ("0.1234", "Is it 0.12 or 1234?", "Est-ce 0,12 ou 1234"),
        ("-5", "cannot be negative", "ne peut pas être négatif"),
        ("-€5", "cannot be negative", "ne peut pas être négatif"),
        ("€ \N{MINUS SIGN}5", "cannot be negative", "ne peut pas être négatif"),
        ("10-20", "several numbers", "plusieurs nombres"),
        ("10 \N{EN DASH} 20 €", "several numbers", "plusieurs nombres"),
        ("10 / 20", "several numbers", "plusieurs nombres"),
        ("12 € 50", "several numbers", "plusieurs nombres"),
        ("0 500", "an amount such as 120 or 99.50", "par exemple 120 ou 99,50"),
        ("007.500", "an amount such as 120 or 99.50", "par exemple 120 ou 99,50"),
        ("about 5", "an amount such as 120 or 99.50", "par exemple 120 ou 99,50"),
    ],
)
def test_a_refusal_says_what_to_mend(typed: str, english: str, french: str) -> None:
    for language, sentence in (("en", english), ("fr", french)):
        with force_locale(language), pytest.raises(InvalidError) as refused:
            amounts.read_amount(typed)
        assert sentence in refused.value.message


@pytest.mark.parametrize("typed", ["$12", "12 $", "usd 12", "12 US$"])
def test_a_currency_that_is_not_the_one_chosen_is_asked_about(typed: str) -> None:
    assert amounts.read_amount(typed, "USD") == 12_00
    with pytest.raises(InvalidError) as refused:
        amounts.read_amount(typed, "EUR")
    assert "but chose EUR. Which one is it?" in refused.value.message
    assert refused.value.field == "price"


def test_the_form_asks_it_and_keeps_both(as_sam: FlaskClient) -> None:
    response = sell(as_sam, price="$12", currency="EUR")
    assert response.status_code == 422
    assert errors(response)["price"] == "You wrote $, but chose EUR. Which one is it?"
    assert 'value="$12"' in response.text
    assert '<option selected value="EUR">' in response.text
    id_in(sell(as_sam, price="$12", currency="USD"))


@pytest.mark.parametrize("code", ["", "eur", "XXX", "BTC"])
def test_a_currency_we_do_not_take_is_refused(code: str) -> None:
    with pytest.raises(InvalidError):
        amounts.read_currency(code)


@pytest.mark.parametrize(
    ("minor", "currency", "english", "french"),
    [
        (120_00, "EUR", "€120", "120 €"),
        (120_50, "EUR", "€120.50", "120,50 €"),
        (1_200_00, "EUR", "€1,200", "1 200 €"),
        (1_000_000_05, "USD", "$1,000,000.05", "1 000 000,05 $US"),
        (99_00, "GBP", "£99", "99 £GB"),
        (100_00, "CHF", "CHF 100", "100 CHF"),
        (1, "EUR", "€0.01", "0,01 €"),
    ],
)
def test_a_price_is_written_in_the_readers_way(
    minor: int, currency: str, english: str, french: str
) -> None:
    assert label(minor, currency, "en") == english
    assert label(minor, currency, "fr") == french


def test_nothing_to_pay_is_free() -> None:
    assert label(0) == "Free"


@pytest.mark.parametrize("locale", ["en", "fr"])
@pytest.mark.parametrize("minor", [0, 5, 50, 120_00, 120_50, 1_234_567_89])
def test_what_the_form_offers_is_read_back_as_it_was(minor: int, locale: str) -> None:
    with force_locale(locale):
        offered = prices.amount_of(Listing(price_minor=minor, currency="EUR"))
        assert amounts.read_amount(offered) == minor
