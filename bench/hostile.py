"""Small files and texts that make others work: each is one that once stopped the site."""

import io
import struct
import zlib

from PIL import Image

from tests.soak.client import Visitor

UNFOLDS = "\u2057"  # to four characters, for who searches
SIDE = 5_000  # pixels, of pictures that are as large as they may be
COEFFICIENTS = range(1, 64)
BITS = range(13, -1, -1)  # of a coefficient, the highest first: a scan for each


def scans(number: int = 3_600) -> bytes:
    """A JPEG of 25 megapixels and some 200 kB: every bit of a grey picture comes in a scan of its
    own, each of which says no more than that all blocks end here."""
    blocks = ((SIDE + 7) // 8) ** 2
    head = b"\xff\xd8" + _segment(0xDB, b"\0" + b"\1" * 64)
    head += _segment(0xC2, struct.pack(">BHHBBBB", 8, SIDE, SIDE, 1, 1, 0x11, 0))
    head += _segment(0xC4, b"\x00" + bytes([1] + [0] * 15) + b"\x00")
    head += _segment(0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\xe0")  # 0: up to 32,767 blocks end
    first = _segment(0xDA, struct.pack(">BBBBBB", 1, 1, 0x00, 0, 0, 0)) + bytes(blocks // 8 + 1)
    return head + first + b"".join(_scans(number, blocks)) + b"\xff\xd9"


def _scans(number: int, blocks: int) -> list[bytes]:
    ends = _ends(blocks)
    wanted = [(k, bit) for bit in BITS for k in COEFFICIENTS]
    found = []
    for index in range(number):
        k, bit = wanted[index % len(wanted)]
        high = 0 if bit == BITS[0] else bit + 1
        found.append(
            _segment(0xDA, struct.pack(">BBBBBB", 1, 1, 0x00, k, k, high << 4 | bit)) + ends
        )
    return found


def _ends(blocks: int) -> bytes:
    """That nothing comes in so many blocks: a 0 and 14 bits for each 32,767 of them."""
    bits = ""
    while blocks > 0:
        run = min(blocks, 32_767)
        bits += "0" + format(max(run, 16_384) - 16_384, "014b")
        blocks -= run
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8).replace(b"\xff", b"\xff\0")


def profiles(number: int = 9_000) -> bytes:
    """A PNG of 8 x 8 with so many colour profiles, each of which unfolds to a megabyte."""
    profile = b"x\0\0" + zlib.compress(bytes(1_000_000))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))]
    chunks += [(b"iCCP", profile)] * number
    chunks += [(b"IDAT", zlib.compress(bytes(9 * 8))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def fill(size: int = 9_000_000) -> bytes:
    """A JPEG of bytes that stand between two segments and mean nothing."""
    return b"\xff\xd8" + b"\xff" * size + b"\xd9"


def comments(number: int = 2_400_000) -> bytes:
    """A JPEG of empty comments."""
    return b"\xff\xd8" + b"\xff\xfe\0\2" * number + b"\xff\xd9"


def blank() -> bytes:
    """A WebP of one colour, 25 megapixels in some kilobytes."""
    file = io.BytesIO()
    Image.new("RGB", (SIDE, SIDE), (1, 2, 3)).save(file, "WEBP", lossless=True, method=0)
    return file.getvalue()


def photo() -> bytes:
    """What a telephone makes, 12 megapixels with noise in it: nothing hostile in one of them."""
    file = io.BytesIO()
    Image.effect_noise((4_000, 3_000), 20).convert("RGB").save(file, "JPEG", quality=60)
    return file.getvalue()


def marks() -> str:
    """An address of 470 kB, most of it marks on one letter."""
    return "a" + "\u0301" * 235_000 + "@example.com"


def with_junk(visitor: Visitor, number: int) -> Visitor:
    """The same browser with another cookie beside its own."""
    return Visitor(f"junk{number}={'x' * 4_000}; {visitor.cookie}", visitor.csrf_token)


def address_without_end() -> str:
    """A message that looks like an address all the way."""
    return ("http://a/" + ")" * 5_000)[:5_000]


def beginnings_of_addresses() -> str:
    """A message in which each address could go on to the end."""
    return ("http://a/(" * 500)[:5_000]


def _segment(kind: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, kind, len(content) + 2) + content


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
