"""How the C library keeps memory that is free again, where it is glibc.

Each hash of a password takes 19 MiB for a moment. glibc takes the first such block from the kernel
and gives it back; but then it takes the block for usual, and cuts the next ones out of the arena
of the thread that asks, where they stay: after fifteen people had registered, a master and four
workers were at 450 MB, with 58 at the start. With a fixed threshold each block goes back at once.
"""

import ctypes
import os

# <malloc.h>; and what a block has to have to come from the kernel and go back there.
M_MMAP_THRESHOLD = -3
LARGE_BYTES = 1024 * 1024


def give_large_blocks_back() -> bool:
    """Set it for this process and its forks; whether there was anything to set."""
    try:
        os.confstr("CS_GNU_LIBC_VERSION")
    except (ValueError, OSError):  # another library, which has neither the fault nor the setting
        return False
    return bool(ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BYTES))
