"""Pixels: out of a file of any kind we take, and into a JPEG of ours."""

import io
import warnings
from typing import IO

# Once no file can be opened, what Pillow loads only when it meets it would be missing.
from PIL import (
    AvifImagePlugin,
    Image,
    ImageCms,
    ImageOps,
    MpoImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401 - of every EXIF
    WebPImagePlugin,  # noqa: F401
)

from decoder import TooLargeError
from decoder.inspection import inspect

LARGE_PIXELS = 1600
THUMB_PIXELS = 480
JPEG_QUALITY = 82
# A JPEG is scaled while it is decoded. Others unfold whole, to up to 16 bytes a pixel.
PIXELS_MAX = {"JPEG": 52_000_000, "PNG": 25_000_000, "WEBP": 25_000_000, "AVIF": 25_000_000}
MISSING_AT_MOST = 1 / 10  # of the height of a JPEG that was cut off
WHITE = (255, 255, 255)
END_OF_JPEG = b"\xff\xd9"

AvifImagePlugin.DEFAULT_MAX_THREADS = 1
# Beyond its limit Pillow only warns by default, and refuses at twice the limit.
warnings.simplefilter("error", Image.DecompressionBombWarning)


def read(file: IO[bytes], kind: str) -> Image.Image:
    """The picture, scaled down and upright, in sRGB, with nothing but its pixels.

    An animation gives its first frame.

    :param kind: the only decoder to try, by Pillow's name for it.
    :raises TooLargeError: for more than ``PIXELS_MAX``, before they are decoded.
    :raises Exception: of many kinds, when it cannot be decoded.
    """
    inspect(file, kind, PIXELS_MAX[kind])
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX[kind]  # Pillow looks at frames and tiles as well
    try:
        image = _opened(file, kind)
        if image.width * image.height > PIXELS_MAX[kind]:
            raise TooLargeError
        plain = _eight_bits(_loaded(image, file, kind))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise TooLargeError from None
    plain.thumbnail((LARGE_PIXELS, LARGE_PIXELS))
    upright = ImageOps.exif_transpose(plain)  # first: what changes colours forgets the rest
    return _on_white(_in_srgb(upright))


def encode(image: Image.Image) -> tuple[bytes, bytes]:
    """Both sizes, as JPEG, of a picture in RGB that carries nothing but pixels."""
    small = image.copy()
    small.thumbnail((THUMB_PIXELS, THUMB_PIXELS))
    return _jpeg(image), _jpeg(small)


def _opened(file: IO[bytes], kind: str) -> Image.Image:
    image = Image.open(file, formats=[kind])
    image.draft(None, (LARGE_PIXELS, LARGE_PIXELS))  # a JPEG is decoded small at once
    return image


def _loaded(image: Image.Image, file: IO[bytes], kind: str) -> Image.Image:
    """Decoded. A JPEG that was cut off is taken, as browsers show it, if little is missing."""
    try:
        image.load()
    except OSError:
        if kind != "JPEG":
            raise
        file.seek(0)
        image = _opened(io.BytesIO(file.read() + END_OF_JPEG), kind)
        image.load()
        if _is_flat_below(image):
            raise
    return image


def _is_flat_below(image: Image.Image) -> bool:
    """Whether the picture's end is of one colour, which is what a missing end decodes to."""
    below = image.crop((0, round(image.height * (1 - MISSING_AT_MOST)), *image.size))
    return all(low == high for low, high in (band.getextrema() for band in below.split()))


def _eight_bits(image: Image.Image) -> Image.Image:
    """Take palette, sixteen bits and one apart: none can be scaled or shown as it is."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("P", "PA") or "transparency" in image.info:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image.convert("L") if image.mode == "1" else image


def _in_srgb(image: Image.Image) -> Image.Image:
    """Use up the picture's own colour profile, where it has one that makes sense."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    has_alpha = image.mode in ("RGBA", "LA")
    colours = image.convert(image.mode.removesuffix("A")) if has_alpha else image
    try:
        converted = _converted(colours, ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError):
        return image
    if has_alpha:
        converted.putalpha(image.getchannel("A"))
    return converted


def _converted(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    """In sRGB. Grey pixels with a profile for colours are colours that happen to be grey."""
    if image.mode == "L" and profile.profile.xcolor_space.strip() == "RGB":
        image = image.convert("RGB")
    srgb = ImageCms.createProfile("sRGB")
    return ImageCms.profileToProfile(image, profile, srgb, outputMode="RGB") or image


def _on_white(image: Image.Image) -> Image.Image:
    """A new picture, so that no metadata comes along with the old one's."""
    canvas = Image.new("RGB", image.size, WHITE)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        canvas.paste(image, mask=image.getchannel("A"))
    else:
        canvas.paste(image.convert("RGB"))
    return canvas


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=JPEG_QUALITY, progressive=True, optimize=True)
    return file.getvalue()
