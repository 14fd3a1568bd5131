"""Copies of the project to start and to set up in, so that nothing here touches the real one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers import ROOT, free_port
from tests.start.running import Running

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", "instance", "tests")


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in a folder with a space in its name, with its packages installed.

    They are the ones the tests run with: its environment is made of links to theirs.
    """
    copy = tmp_path_factory.mktemp("start") / "market place"
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    environment = copy / ".venv"
    environment.mkdir()
    for entry in Path(sys.prefix).iterdir():
        if entry.name not in ("whole", "installed-requirements.txt"):
            (environment / entry.name).symlink_to(entry)
    subprocess.run(
        ["bash", "-c", 'source scripts/set_up.sh && environment_wanted >"$WHOLE"'],
        cwd=copy,
        check=True,
    )
    shutil.copy(copy / "requirements.txt", environment / "installed-requirements.txt")
    return copy


@pytest.fixture
def start(project: Path, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """``start("--demo", PORT="…")`` runs start.sh from another folder; it ends with the test."""
    started: list[Running] = []
    defaults = {"INSTANCE_PATH": str(tmp_path / "instance"), "PORT": str(free_port())}

    def run(*arguments: str, **environment: str) -> Running:
        running = Running(
            [str(project / "start.sh"), *arguments], {**os.environ, **defaults, **environment}
        )
        started.append(running)
        return running

    yield run
    for running in started:
        running.end()
