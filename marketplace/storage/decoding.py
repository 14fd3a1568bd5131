"""A stranger's file becomes a picture: in a process of its own, which is bounded in every way.

A decoder can be asked for hours of work and gigabytes by a few kilobytes, cannot be stopped from
within Python, and is written in C. So each picture has a process (``decoder/``) that limits
itself, and is ended here when the clock passes its limit. No server loads Pillow, and none grows
by pictures. See docs/decisions/0020-a-process-for-each-picture.md.
"""

import os
import selectors
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from time import monotonic
from typing import IO, cast

from config import ROOT
from marketplace.storage.images import (
    FILE_MAX_BYTES,
    START_BYTES,
    ImageError,
    Picture,
    TooLargeError,
    kind_of,
)
from marketplace.storage.waiting_room import busy

SECONDS = 20.0  # by the clock; by the processor's it is 8, which others may want as well
ANSWER_MAX_BYTES = 8 * 1024 * 1024  # two JPEGs of 1600 and 480 pixels are at most half of that
PIECE_BYTES = 256 * 1024


@contextmanager
def kept(sent: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """What somebody sent as a file that a process can be given, and what kind it is.

    :raises TooLargeError: beyond 20 MB.
    :raises ImageError: for what does not begin like a picture that we take.
    """
    with TemporaryFile(buffering=0) as file:  # the process reads on where this one has stopped
        while piece := sent.read(PIECE_BYTES):
            file.write(piece)
            if file.tell() > FILE_MAX_BYTES:
                raise TooLargeError
        file.seek(0)
        kind = kind_of(file.read(START_BYTES))
        file.seek(0)
        yield kind, file


def decode(kind: str, file: IO[bytes]) -> Picture:
    """Decode a file of ``kept`` and encode it anew.

    :raises TooLargeError: for more megapixels than ``decoder/pixels.py`` takes.
    :raises ImageError: when it is no whole picture, or takes too much to decode.
    :raises BusyError: when the machine is too busy to do it in time.
    """
    with _decoder(kind, file) as told:
        answer = _answer(told)
    return _picture(answer)


@contextmanager
def _decoder(kind: str, file: IO[bytes]) -> Iterator[int]:
    """A process while it is needed, and where it answers. It ends with this one: the pipe is its
    lifeline."""
    theirs, ours = os.pipe()
    try:
        process = subprocess.Popen(  # noqa: S603 - nothing in it is from outside
            [sys.executable, "-E", "-s", "-m", "decoder", kind, str(theirs)],
            cwd=ROOT,
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs],
        )
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    with process:
        try:
            yield cast("IO[bytes]", process.stdout).fileno()
        finally:
            process.kill()
            os.close(ours)


def _answer(told: int) -> bytes:
    """All that it writes, until it ends by itself or by one of its limits; nothing of too much."""
    answer = bytearray()
    ends_at = monotonic() + SECONDS
    with selectors.DefaultSelector() as selector:
        selector.register(told, selectors.EVENT_READ)
        while selector.select(max(0.0, ends_at - monotonic())):
            piece = os.read(told, PIECE_BYTES)
            if not piece:
                return bytes(answer)
            answer += piece
            if len(answer) > ANSWER_MAX_BYTES:
                return b""
    raise busy()


def _picture(answer: bytes) -> Picture:
    numbers, _end, jpegs = answer.partition(b"\n")
    if numbers == b"too_large":
        raise TooLargeError
    try:
        width, height, large_bytes = map(int, numbers.split())
    except ValueError:  # it says why not, or was ended and says nothing
        raise ImageError from None
    return Picture(jpegs[:large_bytes], jpegs[large_bytes:], width, height)
