"""The French catalogue is complete, and fits the texts that stand in the source."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from config import LANGUAGES
from tests.servers import ROOT

KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")
NARROW = re.compile(r"(?<=\w) [?!;:»]|« ")  # French puts a space there that does not break
TRANSLATED = [language for language in LANGUAGES if language != "en"]

Id = str | tuple[str, ...]


def ids_in_the_source() -> set[Id]:
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    ids: set[Id] = set()
    for folder in ("marketplace", "templates"):
        found = extract_from_dir(
            ROOT / folder,
            methods,
            options,
            KEYWORDS,
            directory_filter=lambda _path: True,  # babel passes _macros over by default
        )
        ids.update(message for _file, _line, message, _comments, _context in found)
    return ids


def catalogue(language: str) -> Catalog:
    path = ROOT / "marketplace" / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def forms(message: Message) -> Iterator[tuple[str, str]]:
    """Each translated form beside the English it stands for."""
    if isinstance(message.id, tuple):
        singular, plural = message.id
        for place, form in enumerate(message.string):
            yield (singular if place == 0 else plural), form
    else:
        yield str(message.id), str(message.string)


def test_the_source_has_texts():
    assert "Please sign in." in ids_in_the_source()


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_holds_exactly_the_texts_of_the_source(language: str):
    known = {message.id for message in messages(language)}
    source = ids_in_the_source()
    assert source - known == set(), "new texts: run the commands in CONTRIBUTING.md"
    assert known - source == set(), "texts that are gone"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_none_is_a_guess(language: str):
    missing = [
        message.id for message in messages(language) for _, form in forms(message) if not form
    ]
    assert missing == []
    assert [message.id for message in messages(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_plural_has_all_its_forms(language: str):
    number = catalogue(language).num_plurals
    plurals = [message for message in messages(language) if message.pluralizable]
    assert [message.id for message in plurals if len(message.string) != number] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_fills_in_what_the_text_does(language: str):
    for message in messages(language):
        # A form may leave its number out ("one message"); nothing else.
        spared = {"%(num)s", "%(num)d"} if message.pluralizable else set()
        for english, translated in forms(message):
            wanted, given = (set(PLACEHOLDER.findall(text)) for text in (english, translated))
            assert given - spared == wanted - spared, message.id


def test_french_puts_spaces_that_do_not_break_before_its_signs():
    for message in messages("fr"):
        assert not [form for _, form in forms(message) if NARROW.search(form)], message.id


def test_the_rule_for_spaces_finds_a_plain_one():
    assert NARROW.search("Vraiment ?")
    assert not NARROW.search("Vraiment\u00a0? «\u00a0Oui\u00a0»")
    assert not NARROW.search("https://example.org")


def test_there_is_a_catalogue_for_each_language_offered():
    folder = ROOT / "marketplace" / "translations"
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == sorted(TRANSLATED)
