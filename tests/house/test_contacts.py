"""What leads away from the site is found in a line, and hardly anything else is taken for it."""

import pytest

from marketplace.texts.contacts import count_digits, find_address, find_telephone


def wide(text: str) -> str:
    """As it is written among Chinese signs."""
    return "".join(chr(ord(each) + 0xFEE0) for each in text)


ADDRESSES = [
    "Ada example.com",
    "EXAMPLE.COM",
    "Example.Com",
    "www.foo.museum2",
    "t.me/ada",
    "Insta:ada.fr",
    "bob@x.io",
    "https://x",
    "mailto:a@b.de",
    "foo.app",
    "example。com",
    wide("example.com"),
    "ex\u200dample\ufe0f.com",
]
TELEPHONES = [
    "06 12 34 56 78",
    "Vélo 0612345678",
    "06.12.34.56.78",
    "06-12-34-56-78",
    "Tel:0612345678!",
    "+33 6 12 34 56 78",
    "+33 (0)6 12 34 56 78",
    "0033612345678",
    "(555) 123-4567",
    "555-123-4567",
    "+1 555 123 4567",
    "0171/1234567",
    "079 123 45 67",
    "٠٦١٢٣٤٥٦٧٨",
    wide("0612345678"),
    "".join(f"{digit}\ufe0f\u20e3" for digit in "0612345678"),
]
TITLES = [
    "iPhone 13 128 GB",
    "Lot de 1.500.000 km d'autocollants",
    "Golf VII 05/2019 120 000 km",
    "Golf EZ 06/19 120.000 km",
    "Peugeot 208 1.2 PureTech 110 ch 2019 85 000 km",
    "Opel 01/2015 98 000 km diesel",
    "Canon EOS 5D Mark IV + 24-105 mm f/4",
    "Canon +24-105 70-200 50mm",
    "LEGO 75192 Millennium Falcon",
    "ISBN 9783161484100",
    "ISBN 0-306-40615-2",
    "ISBN 0306406152",
    "Billets concert 08.11.2025 20h",
    "Ticket 01.02.2026 - 05.02.2026",
    "Ticket 01.02.2026-05.02.2026",
    "Drill bits 0.5 1.5 2.5 3.5 4.5 mm",
    "007 James Bond 1-24 Blu-ray",
    "BMW 34116792217 Bremsscheiben",
    "Samsung 990 PRO 2TB MZ-V9P2T0BW",
    "Lot 10 000 timbres 1900-1950",
    "Sofa, incl.TV",
    "2.Stock Regal",
    "Node.js in Action",
    "Dr.Martens 1460",
    "Bosch GSR 18V-55, 2 x 2,0 Ah",
    "H0 00 1:87 Lokomotive",
    "Neuf 2 500,00 €, vendu 1 200,50 €",
    "24-70 f/2.8 70-200 f/4",
    "100.000.000 dinars 1993",
    "Comics 01-05 06-10 11-15",
    "Topps 0123 0456 0789",
    "Tomes 01 02 03 04 05 06",
    "Windows 95 / 98 / 2000",
]


@pytest.mark.parametrize("line", ADDRESSES, ids=ascii)
def test_addresses_are_found(line: str) -> None:
    assert find_address(line)


@pytest.mark.parametrize("line", TELEPHONES, ids=ascii)
def test_telephone_numbers_are_found(line: str) -> None:
    assert find_telephone(line)


@pytest.mark.parametrize("line", TITLES)
def test_what_people_sell_is_neither(line: str) -> None:
    assert (find_address(line), find_telephone(line)) == (None, None)


@pytest.mark.parametrize("line", ["O.De Vries", "D.Va", "J.R.R. Tolkien", "St.Moritz", "Dr.Me"])
def test_initials_are_no_address(line: str) -> None:
    assert find_address(line) is None


def test_digits_are_counted_in_every_writing() -> None:
    assert count_digits("a1 ٢३４\u2464 6\ufe0f\u20e3") == 6


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "line",
    ["0" + "1" * 119 + "€", "0" + " 11" * 39 + "€", "+1" + " 1" * 59 + "€", "(0" * 60, "01." * 40],
)
def test_what_is_nearly_a_number_is_looked_at_once(line: str):
    """Mechanism: the possessive groups of ``_TELEPHONE``. Without them every way to part the
    digits is tried, which for the first of these takes longer than the universe has lasted."""
    assert find_telephone(line) is None
