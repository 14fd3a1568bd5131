"""Files that ask for work out of all proportion to their size, made here from their formats."""

import io
import struct
import zlib

from PIL import Image

from tests.catalogue import uploads

SIDE = 5000  # 25 megapixels
RUN_MAX = 32767  # of blocks that one code ends
BLOCKS = (SIDE // 8) ** 2


def scans(count: int) -> bytes:
    """A progressive JPEG of 25 megapixels: one pass that says something, and so many that each
    say in some forty bytes that there is nothing more, for which all blocks are gone through."""
    frame = struct.pack(">BHHBBBB", 8, SIDE, SIDE, 1, 1, 0x11, 0)
    steps = bytes([0] + [1] * 64)
    difference = _table(0x00, 0)
    end_of_blocks = _table(0x10, 0xE0)
    first = _segment(0xDA, b"\x01\x01\x00\x00\x00\x00") + b"\0" * (BLOCKS // 8 + 1)
    again = _segment(0xDA, b"\x01\x01\x00\x01\x3f\x00") + _end_of_all_blocks()
    start = b"\xff\xd8" + _segment(0xDB, steps) + _segment(0xC2, frame)
    return start + difference + end_of_blocks + first + again * count + b"\xff\xd9"


def profiles(count: int) -> bytes:
    """A PNG of 8 x 8 with so many colour profiles, each of which unfolds to a megabyte."""
    png = uploads.encoded(Image.new("RGB", (8, 8)), "PNG")
    profile = _chunk(b"iCCP", b"x\0\0" + zlib.compress(b"\0" * 1_000_000, 9))
    return png[:33] + profile * count + png[33:]


def pieces(count: int) -> bytes:
    """A PNG whose pixels come in so many empty pieces."""
    png = uploads.encoded(Image.new("RGB", (8, 8)), "PNG")
    return png[:33] + _chunk(b"IDAT", b"") * count + png[33:]


def filled(size_bytes: int, filler: bytes = b"\xff") -> bytes:
    """A JPEG with so many bytes of nothing behind its first segment."""
    photo = uploads.jpeg()
    return photo[:20] + filler * (size_bytes // len(filler)) + photo[20:]


def comments(count: int) -> bytes:
    """A JPEG with so many empty comments."""
    return filled(4 * count, b"\xff\xfe\x00\x02")


def restarts(count: int) -> bytes:
    """A JPEG with so many markers where only a scan may have them."""
    return filled(2 * count, b"\xff\xd0")


def parts_of_webp(count: int) -> bytes:
    """A WebP with so many empty parts."""
    webp = uploads.encoded(uploads.halves(), "WEBP")
    content = webp[12:] + b"JUNK\0\0\0\0" * count
    return b"RIFF" + struct.pack("<I", 4 + len(content)) + b"WEBP" + content


def empty_webp(side: int = SIDE) -> bytes:
    """A WebP of about a kilobyte that unfolds to so many pixels."""
    file = io.BytesIO()
    Image.new("RGB", (side, side)).save(file, "WEBP", lossless=True, quality=0, method=0)
    return file.getvalue()


def _end_of_all_blocks() -> bytes:
    bits, left = "", BLOCKS
    while left:
        run = min(left, RUN_MAX)
        bits += "0" + f"{run - (1 << 14):014b}"
        left -= run
    bits += "1" * (-len(bits) % 8)
    data = int(bits, 2).to_bytes(len(bits) // 8)
    return data.replace(b"\xff", b"\xff\x00")


def _table(place: int, symbol: int) -> bytes:
    """Huffman codes for one symbol: a single 0."""
    return _segment(0xC4, bytes([place, 1] + [0] * 15 + [symbol]))


def _segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", 2 + len(content)) + content


def _chunk(name: bytes, content: bytes) -> bytes:
    checked = name + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))
