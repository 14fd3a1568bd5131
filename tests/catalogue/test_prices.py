"""Prices are read as people type them and shown as people write them."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from marketplace.catalogue import prices
from marketplace.catalogue.models import Listing
from marketplace.errors import InvalidError


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
    ],
)
def test_an_amount_is_understood(typed: str, minor: int) -> None:
    assert prices.read_amount(typed) == minor


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "-1", "\N{MINUS SIGN}5", "NaN", "inf", "1e3", "abc", "12 euros", ".5", "5.",
        "1.2.3", "1,2,3", "1.200.50", "12 00", "1,2345", "0x10", "١٢", "1\n2", "10\0",
        "10000001", "1000000000000", "9" * 5000, "1" + "0" * 30,
    ],
)  # fmt: skip
def test_what_is_no_price_is_refused(typed: str) -> None:
    with pytest.raises(InvalidError) as refused:
        prices.read_amount(typed)
    assert refused.value.field == "price"
    assert refused.value.message


@pytest.mark.parametrize("code", ["", "eur", "XXX", "BTC"])
def test_a_currency_we_do_not_take_is_refused(code: str) -> None:
    with pytest.raises(InvalidError):
        prices.read_currency(code)


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
        assert prices.read_amount(offered) == minor
