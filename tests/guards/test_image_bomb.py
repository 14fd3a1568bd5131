"""A file of 17 kB that unfolds to 144 megapixels takes no memory worth speaking of."""

import subprocess
import sys
from pathlib import Path

from tests.servers import ROOT


def test_it_is_refused_before_it_unfolds(tmp_path: Path):
    """Mechanism: PIXELS_MAX in ``decoder/pixels.py``, looked at before decoding, in no server."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.guards.bomb", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    photo, bomb, growth_mb = map(int, done.stdout.split())
    assert (photo, bomb) == (303, 422)
    assert growth_mb < 50
