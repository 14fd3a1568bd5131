"""scripts/set_up.sh: done once, put right when interrupted, and clear when something is missing.

The folder here asks for no packages, so that nothing is fetched.
"""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.servers import ROOT

PYTHONS = ("python3", "python3.13", "python3.12", "python3.11")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project that needs Python only, as it is cloned."""
    return small_project(tmp_path / "small project")


@pytest.fixture(scope="module")
def set_up_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, set up."""
    folder = small_project(tmp_path_factory.mktemp("once") / "small project")
    done = set_up(folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def ready(set_up_once: Path, tmp_path: Path) -> Path:
    """A copy of the one that is set up."""
    folder = tmp_path / "moved project"
    shutil.copytree(set_up_once, folder, symlinks=True)
    return folder


def small_project(folder: Path) -> Path:
    (folder / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "set_up.sh", folder / "scripts")
    for lock in ("requirements.txt", "requirements-dev.txt", "scripts/requirements-uv.txt"):
        (folder / lock).write_text("# nothing\n")
    return folder


def command(*locks: str) -> list[str]:
    return ["bash", "-ec", 'source scripts/set_up.sh; set_up "$@"', "test", *locks]


def set_up(folder: Path, *locks: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*(locks or ("requirements.txt",))),
        cwd=folder,
        env={**os.environ, "PIP_NO_INDEX": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def is_whole(folder: Path) -> bool:
    """It says it is, and what is installed last works."""
    if not (folder / ".venv" / "whole").exists():
        return False
    python = folder / ".venv" / "bin" / "python"
    pip = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False)
    return pip.returncode == 0


def fake_pythons(tmp_path: Path, body: str) -> str:
    """A PATH on which every Python is this shell script instead."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in PYTHONS:
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_what_is_there_is_not_done_again(ready: Path):
    again = set_up(ready)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert is_whole(ready)


def test_a_changed_lock_is_installed_once(ready: Path):
    (ready / "requirements.txt").write_text("# changed\n")
    assert set_up(ready).stdout == "Installing the packages of requirements.txt ...\n"
    assert set_up(ready).stdout == ""


def test_what_serves_needs_nothing_more_after_the_tests(ready: Path):
    both = ("requirements.txt", "requirements-dev.txt")
    assert "requirements-dev.txt" in set_up(ready, *both).stdout
    assert set_up(ready, *both).stdout == ""
    assert set_up(ready).stdout == ""


def test_killed_while_it_makes_the_environment_it_makes_it_again(folder: Path):
    with subprocess.Popen(
        command("requirements.txt"),
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stdout
        assert running.stdout.readline().startswith("Making")
        os.killpg(running.pid, signal.SIGKILL)
    assert not is_whole(folder)

    assert set_up(folder).returncode == 0
    assert is_whole(folder)


def test_killed_while_it_installs_it_begins_from_nothing(ready: Path):
    leftover = ready / ".venv" / "half a package"
    leftover.touch()
    (ready / ".venv" / "whole").unlink()  # as the installation does before it begins

    assert "Making" in set_up(ready).stdout
    assert is_whole(ready)
    assert not leftover.exists()


def test_another_python_gets_another_environment(ready: Path):
    whole = ready / ".venv" / "whole"
    whole.write_text(whole.read_text().replace("Python 3.", "Python 2."))
    assert "Making" in set_up(ready).stdout


def test_an_installation_that_fails_says_why_and_is_tried_again(ready: Path):
    (ready / "requirements.txt").write_text(f"nowhere==1 --hash=sha256:{'0' * 64}\n")
    failed = set_up(ready)
    assert failed.returncode == 1
    assert "nowhere" in failed.stderr
    assert failed.stderr.splitlines()[-1].startswith("The packages could not be installed")
    assert not is_whole(ready)

    (ready / "requirements.txt").write_text("# nothing\n")
    assert set_up(ready).returncode == 0
    assert is_whole(ready)


@pytest.mark.parametrize("body", ["exit 1", "exit 127"], ids=["too old", "not there"])
def test_without_a_python_that_is_new_enough_it_says_so(folder: Path, tmp_path: Path, body: str):
    refused = set_up(folder, PATH=fake_pythons(tmp_path, body))
    assert refused.returncode == 1
    assert refused.stderr == "Python 3.11 or later is needed, and there is none on the PATH.\n"
    assert not (folder / ".venv").exists()


def test_without_the_venv_module_it_names_the_package(folder: Path, tmp_path: Path):
    body = f"""case "$*" in *ensurepip*) exit 1 ;; esac
exec "{shutil.which("python3")}" "$@" """
    refused = set_up(folder, PATH=fake_pythons(tmp_path, body))
    assert refused.returncode == 1
    assert "no venv module" in refused.stderr
    assert "apt-get install python3." in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_without_a_place_for_the_packages_it_says_so(folder: Path):
    (folder / ".venv").touch()
    refused = set_up(folder)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"The folder {folder} cannot be written")
    assert refused.stderr.count("\n") == 1
