"""Pictures that ask for hours and gigabytes: refused by counting, or ended with their process."""

import io
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from decoder import RefusedError, TooLargeError, inspection
from decoder import __main__ as decoder
from decoder.pixels import PIXELS_MAX
from marketplace.storage import decoding, images
from marketplace.storage.images import ImageError, Picture
from marketplace.texts.errors import BusyError
from tests.catalogue import uploads
from tests.guards import hostile
from tests.servers import ROOT

HELD = """
import os, sys, time
from marketplace.storage import decoding
with decoding._decoder("JPEG", os.fdopen(int(sys.argv[1]), "rb")):
    print("started", flush=True)
    time.sleep(600)
"""


def read(content: bytes) -> Picture:
    with decoding.kept(io.BytesIO(content)) as (kind, file):
        return decoding.decode(kind, file)


def inspect(content: bytes) -> None:
    kind = images.kind_of(content[: images.START_BYTES])
    inspection.inspect(io.BytesIO(content), kind, PIXELS_MAX[kind])


def blind(content: bytes, kind: str, folder: Path, *, seconds: int = 8) -> tuple[int, bytes, int]:
    """How a decoder ended that looks at nothing before, what it said, and the MB it took."""
    path = folder / "sent"
    path.write_bytes(content)
    arguments = [kind, str(10**9), str(seconds)]
    with path.open("rb") as file:
        done = subprocess.run(
            [sys.executable, "-m", "tests.guards.blind_decoder", *arguments],
            cwd=ROOT,
            stdin=file,
            capture_output=True,
            check=False,
        )
    return done.returncode, done.stdout, int(done.stderr or 0)


@pytest.mark.parametrize(
    "content",
    [
        lambda: hostile.scans(3600),
        lambda: hostile.scans(60),
        lambda: b"\xff\xd8\xff\xd9" + b"\xff\xfe\0\2" * 10_000 + hostile.scans(1)[2:],
        lambda: hostile.profiles(9000),
        lambda: hostile.pieces(100_000),
        lambda: hostile.filled(9_000_000),
        lambda: hostile.filled(9_000_000, b"\0"),
        lambda: hostile.comments(2_400_000),
        lambda: hostile.restarts(2_400_000),
        lambda: hostile.parts_of_webp(1_000_000),
    ],
    ids=[
        "scans",
        "scans of many pixels",
        "comments after an end",
        "profiles",
        "pieces",
        "fill",
        "zeros",
        "comments",
        "restarts",
        "webp",
    ],
)
def test_absurdly_many_parts_are_refused_by_counting(content: Callable[[], bytes]) -> None:
    """Mechanism: ``inspection.inspect``, which stops at the first too many."""
    sent = content()
    with pytest.raises(RefusedError) as refused:
        inspect(sent)
    assert not isinstance(refused.value, TooLargeError)
    with pytest.raises(ImageError):
        read(sent)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_what_programs_write_is_let_in(kind: str) -> None:
    inspect(uploads.encoded(uploads.noise((800, 600)), kind))
    inspect(uploads.animation("PNG"))
    inspect(uploads.animation("WEBP"))
    inspect(uploads.encoded(uploads.noise((800, 600)), "JPEG", progressive=True))
    inspect(uploads.encoded(uploads.noise((800, 600)), "JPEG", restart_marker_blocks=1))
    inspect(uploads.two_in_one())


@pytest.mark.parametrize("lossless", [True, False])
def test_the_size_of_a_webp_is_in_its_first_bytes(lossless: bool) -> None:
    """Mechanism: ``_size_of_webp``: Pillow takes 8 bytes for each pixel before it says it."""
    for alpha in ("RGB", "RGBA"):
        image = uploads.halves(alpha, size=(300, 200))
        image.putalpha(200) if alpha == "RGBA" else None
        webp = uploads.encoded(image, "WEBP", lossless=lossless)
        assert inspection._size_of_webp(webp) == (300, 200)
    assert inspection._size_of_webp(uploads.animation("WEBP")) == (60, 40)


def test_a_webp_of_a_few_bytes_and_25_megapixels_is_read_within_the_limit(tmp_path: Path) -> None:
    sent = hostile.empty_webp()
    assert len(sent) < 1000
    status, said, taken_mb = blind(sent, "WEBP", tmp_path)
    assert (status, said[:10]) == (0, b"1600 1600 ")
    assert taken_mb * 1024**2 <= decoder.MEMORY_BYTES


def test_what_takes_more_memory_is_refused_within_the_limit(tmp_path: Path) -> None:
    """Mechanism: RLIMIT_AS. Without it: 1.6 GB."""
    status, said, taken_mb = blind(hostile.empty_webp(10_000), "WEBP", tmp_path)
    assert (status, said) == (0, b"unreadable")
    assert taken_mb * 1024**2 <= decoder.MEMORY_BYTES


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    """Mechanism: RLIMIT_CPU."""
    status, said, _taken = blind(hostile.scans(3600), "JPEG", tmp_path, seconds=1)
    assert (status, said) in ((-signal.SIGXCPU, b""), (-signal.SIGKILL, b""))


def test_a_decoder_can_open_no_file_and_write_none() -> None:
    """Mechanism: RLIMIT_NOFILE and RLIMIT_FSIZE."""
    tries = (
        "from decoder import __main__ as decoder\n"
        "decoder._shut_in()\n"
        "for do in (lambda: open('/dev/null'), lambda: __import__('socket').socket()):\n"
        "    try: do()\n"
        "    except (OSError, ImportError): print('refused')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", tries], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["refused"] * 2


def test_no_decoder_outlives_who_started_it() -> None:
    """However that ended. It waits for a file whose end never comes, and we see by the pipe's
    other end when nobody reads it any more. Mechanism: ``_end_with``."""
    theirs, ours = os.pipe()
    worker = subprocess.Popen(
        [sys.executable, "-c", HELD, str(theirs)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        pass_fds=[theirs],
    )
    os.close(theirs)
    with worker:
        assert worker.stdout
        assert worker.stdout.readline() == b"started\n"
        worker.kill()
    nobody_reads = select.poll()
    nobody_reads.register(ours, select.POLLERR)
    assert nobody_reads.poll(30_000) == [(ours, select.POLLERR)]
    os.close(ours)


def test_one_that_says_too_much_is_not_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mechanism: ANSWER_MAX_BYTES."""
    monkeypatch.setattr(decoding, "ANSWER_MAX_BYTES", 100)
    monkeypatch.setattr(decoding, "PIECE_BYTES", 50)
    with pytest.raises(ImageError):
        read(uploads.jpeg())


def test_one_that_the_clock_overtakes_is_ended_and_may_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Mechanism: SECONDS in ``decoding.py``."""
    monkeypatch.setattr(decoding, "SECONDS", 0)
    with pytest.raises(BusyError):
        read(uploads.jpeg())


def test_no_server_loads_what_decodes() -> None:
    """Mechanism: ``images.py`` knows Pillow by name only."""
    asks = "import sys, wsgi; print([name for name in sys.modules if name.startswith('PIL')])"
    done = subprocess.run(
        [sys.executable, "-c", asks], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
