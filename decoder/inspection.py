"""Whether a file is worth decoding: looked at once, from its start to its end, before it is.

A file may ask for work out of all proportion to its size: thousands of passes over a large
picture, thousands of colour profiles, megabytes of nothing between two parts. No camera and no
program writes such files, so that counting is enough to refuse them. What is clever enough to
slip through meets the limits of the process.
"""

import re
import struct
from collections.abc import Iterator
from typing import IO

from decoder import RefusedError, TooLargeError

# What cameras and programs write stays far below: a progressive JPEG has some ten scans, one with
# a depth map in its metadata 200 segments, a PNG with everything 20 chunks beside its pixels, which
# come in pieces of 4 kB or more.
SCANS_MAX = 100
# Each goes over the whole picture: twenty times over the largest takes a processor a second.
PIXELS_OF_SCANS_MAX = 1_000_000_000
SEGMENTS_MAX = 1000
GAP_BYTES_MAX = 4096  # in all: fill bytes, which may stand before any marker
CHUNKS_MAX = 200
PIECES_MAX = 20_000

MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # but those that restart within a scan
SCAN, END, BARE = 0xDA, 0xD9, (0x01, 0xD8, 0xD9)
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
FRAME = struct.Struct(">HBHH")  # bytes, bits, height, width
PIXELS_OF_PNG = (b"IDAT", b"fdAT", b"fcTL")


def inspect(file: IO[bytes], kind: str, pixels_max: int) -> None:
    """Let a file be decoded. What cannot be followed is left to the decoder to refuse.

    :raises TooLargeError: when its header says more pixels than ``pixels_max``.
    :raises RefusedError: for absurdly many parts.
    """
    content = file.read()
    file.seek(0)
    try:
        width, height = _SIZES[kind](content)
    except (struct.error, IndexError) as error:  # it ends in the middle of a header
        raise RefusedError from error
    if width * height > pixels_max:
        raise TooLargeError


def _jpeg(content: bytes) -> tuple[int, int]:
    size, scans, gaps = (0, 0), 0, 0
    for segments, (marker, at, gap) in enumerate(_segments(content)):
        scans += marker == SCAN
        gaps += gap
        if segments >= SEGMENTS_MAX or scans > SCANS_MAX or gaps > GAP_BYTES_MAX:
            raise RefusedError
        if marker in FRAMES:
            _bytes, _bits, height, width = FRAME.unpack_from(content, at)
            size = width, height
        if scans * size[0] * size[1] > PIXELS_OF_SCANS_MAX:
            raise RefusedError
    return size


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Each marker, where what belongs to it begins, and how many bytes before it are nothing.

    The picture ends with the first END after its pixels; before them decoders take no heed of one.
    """
    at, in_scan, has_pixels = 2, False, False
    while found := MARKER.search(content, at):
        marker = content[found.end() - 1]
        if marker == END and has_pixels:
            break
        has_pixels = has_pixels or marker == SCAN
        yield marker, found.end(), 0 if in_scan else found.start() - at
        at = found.end()
        if marker not in BARE:
            at += int.from_bytes(content[at : at + 2])
            in_scan = marker == SCAN
    if not found and not in_scan:
        yield 0, at, len(content) - at


def _png(content: bytes) -> tuple[int, int]:
    at, others, pieces = 8, 0, 0
    width, height = struct.unpack_from(">II", content, 16)
    while at + 8 <= len(content):
        length, name = struct.unpack_from(">I4s", content, at)
        pieces += name in PIXELS_OF_PNG
        others += name not in PIXELS_OF_PNG
        if others > CHUNKS_MAX or pieces > PIECES_MAX:
            raise RefusedError
        at += 12 + length
    return width, height


def _webp(content: bytes) -> tuple[int, int]:
    at, chunks = 12, 0
    while at + 8 <= len(content):
        _name, length = struct.unpack_from("<4sI", content, at)
        chunks += 1
        if chunks > SEGMENTS_MAX:
            raise RefusedError
        at += 8 + length + length % 2
    return _size_of_webp(content)


def _size_of_webp(content: bytes) -> tuple[int, int]:
    first = content[12:16]
    if first == b"VP8X":
        sides = content[24:27], content[27:30]
        width, height = (int.from_bytes(side, "little") + 1 for side in sides)
    elif first == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 21)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", content, 26))
    return width, height


def _avif(_content: bytes) -> tuple[int, int]:
    """Its decoder bounds its own parts, and says the size before it decodes."""
    return 0, 0


_SIZES = {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp, "AVIF": _avif}
