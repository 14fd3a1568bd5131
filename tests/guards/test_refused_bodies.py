"""A proxy hears why a body is refused: it has to be read, or the server hangs up first."""

import io
from pathlib import Path

import pytest

from tests.guards.conftest import site

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("path", "kind", "size", "status"),
    [
        ("/login", FORM, 470_000, 413),  # too long
        ("/api/v1/attachments", "multipart/form-data; boundary=x", 9_000_000, 401),  # by nobody
        ("/nowhere", "image/jpeg", 900_000, 404),
        ("/login", FORM, 49_000_000, 413),
    ],
)
def test_behind_a_proxy_it_is_read_to_its_end(
    tmp_path: Path, path: str, kind: str, size: int, status: int
):
    """Mechanism: ``_reading_all``. Without it nginx answered 502 in place of each fifth refusal."""
    answered, read = sent(tmp_path, path, kind, size, TRUSTED_PROXIES="1")
    assert (answered, read) == (status, size)


def test_who_sends_without_one_is_not_waited_for(tmp_path: Path):
    assert sent(tmp_path, "/login", FORM, 470_000) == (413, 0)


def sent(folder: Path, path: str, kind: str, size: int, **environ: str) -> tuple[int, int]:
    """The answer's status, and how much of so large a body was read."""
    body = io.BytesIO(b"x" * size)
    with site(folder, **environ) as on:
        answer = on.stranger.post(path, input_stream=body, content_type=kind, content_length=size)
    return answer.status_code, body.tell()
