"""Limits first, then the picture.

The file comes by the standard input. The answer is ``<width> <height> <bytes of the large one>``,
the end of a line, and both JPEGs; or one word that says why there are none.
"""

import fcntl
import os
import resource
import select
import sys
from contextlib import suppress

from PIL import Image

from decoder import TooLargeError, pixels

# Measured: 50 megapixels as a progressive JPEG take 1.1 s, 25 as WebP or AVIF 2.
PROCESSOR_SECONDS = 8
# Measured: a WebP of 25 megapixels, 16 bytes for each while it is decoded, comes to 530 MB.
MEMORY_BYTES = 640 * 1024 * 1024
NICENESS = 10  # pages and polls go first


def main(kind: str, lifeline: int) -> None:
    """Decode what comes in.

    :param kind: the only decoder to try, by Pillow's name for it.
    :param lifeline: the end of a pipe whose other end nobody but who started this holds.
    """
    _shut_in()
    _end_with(lifeline)
    try:
        picture = pixels.read(sys.stdin.buffer, kind)
        large, thumb = pixels.encode(picture)
        answer = b"%d %d %d\n" % (*picture.size, len(large)) + large + thumb
    except TooLargeError:
        answer = b"too_large"
    except Exception:  # decoders of broken files raise nearly everything
        answer = b"unreadable"
    sys.stdout.buffer.write(answer)


def _shut_in() -> None:
    """Limit this process before it has seen a byte. Hard limits cannot be lifted again."""
    Image.preinit()  # from here on no file can be opened, so no module loaded
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
    ):
        with suppress(ValueError):  # macOS knows no limit of memory
            resource.setrlimit(limit, (most, most))
    with suppress(OSError):  # a courtesy, which a sandbox may forbid
        os.nice(NICENESS)


def _end_with(lifeline: int) -> None:
    """The kernel sends SIGIO, which ends a process, when nobody holds the pipe's other end any
    more. It may have been let go before that was asked for."""
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, os.O_ASYNC)
    if select.select([lifeline], [], [], 0)[0]:
        sys.exit()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
