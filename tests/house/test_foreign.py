"""What dependencies read from the environment by themselves: readable, or one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from foreign import find_fault
from tests.servers import ROOT

BAD = [
    ("GUNICORN_PID", "many"),
    ("LISTEN_PID", "many"),
    ("LISTEN_FDS", ""),
    ("PASSLIB_MAX_PASSWORD_SIZE", "many"),
    ("PASSLIB_MAX_PASSWORD_SIZE", "٤"),
    ("PASSLIB_MOCK_FIPS_MODE", "many"),
    ("FLASK_DEBUG", "many"),
    ("FORWARDED_ALLOW_IPS", "many"),
    ("FORWARDED_ALLOW_IPS", "10.0.0.1,10.0.0.0/99"),
    ("GUNICORN_CMD_ARGS", "--workers many"),
    ("GUNICORN_CMD_ARGS", "--nonsense"),
    ("GUNICORN_CMD_ARGS", "--help"),
    ("GUNICORN_CMD_ARGS", "'"),
]


@pytest.mark.parametrize(("name", "text"), BAD)
def test_what_cannot_be_read_is_one_sentence_that_names_it(name: str, text: str):
    fault = find_fault({name: text})
    assert fault is not None
    assert fault.startswith(f"{name} is '{text}', ")
    assert fault.endswith(".")
    assert "\n" not in fault


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("LISTEN_FDS", "1"),
        ("FLASK_DEBUG", ""),
        ("FLASK_DEBUG", "True"),
        ("FORWARDED_ALLOW_IPS", "*"),
        ("FORWARDED_ALLOW_IPS", "127.0.0.1, ::1,10.0.0.0/8"),
        ("FORWARDED_ALLOW_IPS", ""),
        ("GUNICORN_CMD_ARGS", "--log-level debug --workers 4"),
        ("GUNICORN_CMD_ARGS", ""),
    ],
)
def test_what_can_be_read_is_nobodys_fault(name: str, text: str):
    assert find_fault({name: text}) is None
    assert find_fault({}) is None


def test_production_does_not_debug():
    fault = find_fault({"FLASK_DEBUG": "1", "APP_ENV": "production"})
    assert fault is not None
    assert fault.startswith("FLASK_DEBUG")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("WEB_CONCURRENCY", "many"),
        ("PASSLIB_MAX_PASSWORD_SIZE", "many"),
        ("PASSLIB_MOCK_FIPS_MODE", "many"),
        ("FORWARDED_ALLOW_IPS", "many"),
        ("GUNICORN_CMD_ARGS", "--workers many"),
    ],
)
@pytest.mark.parametrize("command", ["serve.py", "-m flask --app wsgi routes"])
def test_every_way_in_says_so_before_anything_else(
    tmp_path: Path, command: str, name: str, text: str
):
    """Mechanism: the import of ``foreign`` in ``config.py``, and gunicorn's, late, in ``serve.py``.

    ``python -m gunicorn`` itself reads its own ones before it looks for us; its unit copies the
    static files by ``flask`` before that.
    """
    done = subprocess.run(
        [sys.executable, *command.split()],
        cwd=ROOT,
        env={**os.environ, "INSTANCE_PATH": str(tmp_path), name: text},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(name)
    assert done.stderr.count("\n") == 1, "no traceback"


@pytest.mark.parametrize(
    ("name", "text"), [("PASSLIB_MAX_PASSWORD_SIZE", "many"), ("FLASK_DEBUG", "many")]
)
def test_gunicorn_says_so_of_what_others_read(tmp_path: Path, name: str, text: str):
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--check-config", "wsgi:app"],
        cwd=ROOT,
        env={**os.environ, "INSTANCE_PATH": str(tmp_path), name: text},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(name)
    assert done.stderr.count("\n") == 1
