"""gunicorn.conf.py with workers that take their time to boot."""

import runpy
import time
from pathlib import Path
from typing import Any

globals().update(runpy.run_path(str(Path(__file__).parents[2] / "gunicorn.conf.py")))


def post_fork(_server: Any, _worker: Any) -> None:
    """Stand for a machine that has much else to do."""
    time.sleep(1)
