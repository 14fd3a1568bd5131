"""Real image files, and files that only pretend to be some."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms

RED, BLUE = (200, 30, 30), (30, 30, 200)
ORIENTATION, GPS, LATITUDE_REF, LATITUDE = 0x0112, 0x8825, 1, 2
LIES_ON_ITS_SIDE = 6


def halves(mode: str = "RGB", size: tuple[int, int] = (400, 200)) -> Image.Image:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image.convert(mode)


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """The picture as a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def jpeg(size: tuple[int, int] = (400, 200)) -> bytes:
    """A plain JPEG."""
    return encoded(halves(size=size))


def with_secrets() -> bytes:
    """A JPEG lying on its side, with a place, a comment, and something behind its end."""
    exif = Image.Exif()
    exif[ORIENTATION] = LIES_ON_ITS_SIDE
    exif.get_ifd(GPS)[LATITUDE_REF] = "N"
    exif.get_ifd(GPS)[LATITUDE] = (48.0, 51.0, 24.0)
    photo = encoded(halves(), exif=exif, comment=b"SECRET-COMMENT", icc_profile=srgb())
    return photo + b"SECRET-TAIL<script>"


def srgb() -> bytes:
    """A colour profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def animation(kind: str) -> bytes:
    """Two frames, the first one red, the second blue."""
    frames = [Image.new("RGB", (60, 40), colour) for colour in (RED, BLUE)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:])


def bomb(side: int = 12_000) -> bytes:
    """A small PNG that unfolds to a huge picture."""
    row = b"\0" * (1 + side // 8)
    return _png(side, zlib.compress(row * side, 9))


def hollow(side: int) -> bytes:
    """A PNG that claims a size and holds nothing: only who decodes it finds out."""
    return _png(side, b"")


def _png(side: int, pixels: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
