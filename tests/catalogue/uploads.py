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


def two_in_one() -> bytes:
    """A JPEG lying on its side with a second picture behind it, as of phones with two lenses."""
    exif = Image.Exif()
    exif[ORIENTATION] = LIES_ON_ITS_SIDE
    return encoded(halves(), "MPO", exif=exif, save_all=True, append_images=[halves()])


def srgb() -> bytes:
    """A colour profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def wide() -> bytes:
    """A profile for colours of a wider range than a screen's: primaries like Adobe RGB's."""
    return _profile(
        b"RGB ",
        {
            b"rXYZ": _xyz(0.60974, 0.31111, 0.01947),
            b"gXYZ": _xyz(0.20528, 0.62567, 0.06087),
            b"bXYZ": _xyz(0.14919, 0.06322, 0.74457),
            **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _gamma(2.2)),
        },
    )


def grey() -> bytes:
    """A profile for grey that is lighter than a screen's."""
    return _profile(b"GRAY", {b"kTRC": _gamma(0.75)})


def pixel(content: bytes) -> tuple[int, ...]:
    """The colour in the middle of a picture."""
    image = Image.open(io.BytesIO(content))
    colour = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(colour, tuple)
    return tuple(round(part) for part in colour)


def noise(size: tuple[int, int]) -> Image.Image:
    """A picture with no two places alike."""
    return Image.effect_noise(size, 80).convert("RGB")


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


def _profile(colours: bytes, tags: dict[bytes, bytes]) -> bytes:
    """An ICC profile, version 2, of the few tags that a colour engine needs."""
    tags = {b"wtpt": _xyz(0.9642, 1.0, 0.8249), **tags}
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += struct.pack(">4sII", name, start + len(data), len(content))
        data += content
    header = struct.pack(
        ">I4sI4s4s4s12s4s4sI4s4sQI3i4s44x",
        start + len(data), b"", 0x02100000, b"mntr", colours, b"XYZ ", b"", b"acsp", b"", 0, b"",
        b"", 0, 0, 63190, 65536, 54061, b"",
    )  # fmt: skip
    return header + table + data


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))


def _gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IHxx", 1, round(value * 256))


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
