"""The locks: complete, hashed, agreeing with each other, and naming no host."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.servers import ROOT

RUN = ROOT / "requirements.txt"
DEV = ROOT / "requirements-dev.txt"
INSTALLER = ROOT / "scripts" / "requirements-uv.txt"
PIN = re.compile(r"^([a-z0-9.-]+)==([^\s;\\]+)", re.M)


def pins(lock: Path) -> dict[str, str]:
    return dict(PIN.findall(lock.read_text()))


def wanted(*, dev: bool) -> set[str]:
    """The names that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = project["dependencies"] + (project["optional-dependencies"]["dev"] if dev else [])
    return {re.split(r"[\s\[<>=!~;]", line)[0].lower() for line in lines}


def test_the_locks_hold_all_that_pyproject_asks_for():
    assert wanted(dev=False) <= pins(RUN).keys()
    assert wanted(dev=True) <= pins(DEV).keys()


def test_tests_run_on_the_versions_that_serve():
    assert pins(RUN).items() <= pins(DEV).items()


@pytest.mark.parametrize("lock", [RUN, DEV, INSTALLER], ids=lambda lock: lock.name)
def test_every_pin_has_hashes_and_none_names_a_host(lock: Path):
    text = lock.read_text()
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.M)
    assert all("--hash=sha256:" in block for block in blocks if block.strip())
    assert "://" not in text
    assert "--index" not in text
