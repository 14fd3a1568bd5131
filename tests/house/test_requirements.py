"""The locks: complete, hashed, agreeing with each other, and naming no host."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.servers import ROOT

RUN = ROOT / "requirements.txt"
POLLS = ROOT / "requirements-polls.txt"
DEV = ROOT / "requirements-dev.txt"
INSTALLER = ROOT / "scripts" / "requirements-uv.txt"
PIN = re.compile(r"^([a-z0-9.-]+)==([^\s;\\]+)", re.M)


def pins(lock: Path) -> dict[str, str]:
    return dict(PIN.findall(lock.read_text()))


def wanted(*extras: str) -> set[str]:
    """The names that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return {re.split(r"[\s\[<>=!~;]", line)[0].lower() for line in lines}


def test_the_locks_hold_all_that_pyproject_asks_for():
    assert wanted() <= pins(RUN).keys()
    assert wanted("dev") <= pins(DEV).keys()
    assert wanted("polls") <= pins(POLLS).keys()


def test_tests_run_on_the_versions_that_serve():
    assert pins(RUN).items() <= pins(POLLS).items() <= pins(DEV).items()


@pytest.mark.parametrize("lock", [RUN, POLLS, DEV, INSTALLER], ids=lambda lock: lock.name)
def test_every_pin_has_hashes_and_none_names_a_host(lock: Path):
    text = lock.read_text()
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.M)
    assert all("--hash=sha256:" in block for block in blocks if block.strip())
    assert "://" not in text
    assert "--index" not in text
