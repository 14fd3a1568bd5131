"""The decoder without its inspection: only the limits of the process are left.

``python -m tests.guards.blind_decoder KIND PIXELS SECONDS < FILE`` lets anything in, gives it so
many seconds of the processor, and prints the answer as the decoder does; then, to the standard
error output, the MB that it had at most.
"""

import os
import re
import sys

from decoder import __main__ as decoder
from decoder import pixels


def main(kind: str, pixels_max: int, seconds: int) -> None:
    """As the real one, with nothing looked at before."""
    pixels.inspect = lambda *_: None
    pixels.PIXELS_MAX[kind] = pixels_max
    decoder.PROCESSOR_SECONDS = seconds
    lifeline, _held = os.pipe()
    with open("/proc/self/status") as status:  # noqa: PTH123 - after this none can be opened
        decoder.main(kind, lifeline)
        (most_kb,) = re.findall(r"VmHWM:\s+(\d+)", status.read())
    sys.stderr.write(str(int(most_kb) // 1024))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
