"""docs/interface.md: every number from 1 to 32, each with tests that exist."""

import re

from tests.servers import ROOT

PAGE = ROOT / "docs" / "interface.md"
CHECKLIST = ROOT / "tests" / "browser" / "checklist"
ROW = re.compile(r"^\| (\d+) \| .+ \| (.+) \|$", re.M)
TEST = re.compile(r"^def (test_ux_\w+)\(", re.M)


def listed() -> dict[int, list[str]]:
    """The tests that the page names for each number."""
    rows = ROW.findall(PAGE.read_text())
    return {int(number): re.findall(r"`(\w+)`", tests) for number, tests in rows}


def there() -> set[str]:
    """The tests that exist."""
    files = CHECKLIST.glob("test_*.py")
    return {name for file in files for name in TEST.findall(file.read_text())}


def test_every_number_has_a_test_of_its_name():
    assert sorted(listed()) == list(range(1, 33))
    for number, names in listed().items():
        assert names, f"{number} has no test"
        assert all(name.startswith(f"test_ux_{number:02}_") for name in names)


def test_the_page_names_all_tests_there_are_and_no_others():
    named = [name for names in listed().values() for name in names]
    assert sorted(named) == sorted(there())


def test_the_other_files_exist():
    for name in re.findall(r"`(test_\w+\.py)`", PAGE.read_text()):
        assert (CHECKLIST.parent / name).is_file()
