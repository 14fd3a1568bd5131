"""What passwords take in memory goes back when they are hashed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.operations import allocator
from tests.servers import ROOT

MEBIBYTE = 1024 * 1024
# In threads like a worker's; how many bytes more the process then has in memory.
HASHING = """
import threading
from pathlib import Path
import wsgi
from flask_security import hash_password

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

def hash_some():
    with wsgi.app.app_context():
        for _ in range(3):
            hash_password("correct horse battery")

def in_threads():
    threads = [threading.Thread(target=hash_some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

before = resident()
in_threads()
print(resident() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_hashes_take_goes_back(tmp_path: Path):
    """Mechanism: ``wsgi.py`` sets it. Without it a block of 19 MiB stays for each thread."""
    environment = {**os.environ, "INSTANCE_PATH": str(tmp_path), "APP_ENV": "development"}
    done = subprocess.run(
        [sys.executable, "-c", HASHING],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 15 * MEBIBYTE


def test_another_library_is_left_alone(monkeypatch: pytest.MonkeyPatch):
    def unknown(_name: str) -> str:
        raise ValueError("unrecognized configuration name")

    monkeypatch.setattr(os, "confstr", unknown)
    assert allocator.give_large_blocks_back() is False
