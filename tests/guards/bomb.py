"""Sends a photo and then an image bomb to the application, and says what it took of memory.

``python -m tests.guards.bomb INSTANCE`` prints the answers' statuses and the growth in MB.
"""

import resource
import sys
from pathlib import Path

from tests import cast
from tests.catalogue import uploads
from tests.catalogue.selling import sell
from tests.guards.conftest import site


def main(instance: Path) -> None:
    """One after the other, so that what any photo takes is there before the bomb comes."""
    with site(instance) as on:
        as_sam = cast.browser_of(on.app, on.sam)
        photo = sell(as_sam, (uploads.jpeg((1600, 1200)), "bicycle.jpg"))
        before = peak_mb()
        bomb = sell(as_sam, (uploads.bomb(), "bomb.png"))
        print(photo.status_code, bomb.status_code, peak_mb() - before)


def peak_mb() -> int:
    """The most this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]))
