"""Pictures as they are stored: decoded with care, and encoded anew so that nothing else is left.

What comes out holds pixels only: no EXIF, no place, no profile, no comment, and nothing that
was hidden behind the picture's end.
"""

import io
import threading
import warnings
from dataclasses import dataclass
from typing import IO

from PIL import Image, ImageCms, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
FILE_MAX_BYTES = 10 * 1024 * 1024
PIXELS_MAX = 25_000_000
LARGE_PIXELS = 1600
THUMB_PIXELS = 480
JPEG_QUALITY = 82

# Pillow's own guard looks at every frame and tile as well. Beyond the limit it only warns by
# default, and refuses at twice the limit.
Image.MAX_IMAGE_PIXELS = PIXELS_MAX
warnings.simplefilter("error", Image.DecompressionBombWarning)

# A picture of 25 megapixels takes up to 300 MB while it is decoded: one at a time in a process.
_decoding = threading.Lock()
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


class ImageError(Exception):
    """A file that is no picture we take."""


class TooLargeError(ImageError):
    """More bytes or more pixels than we take."""


@dataclass(frozen=True)
class Picture:
    """A picture as JPEG in two sizes. ``width`` and ``height`` are those of the large one."""

    large: bytes
    thumb: bytes
    width: int
    height: int


def read(file: IO[bytes]) -> Picture:
    """Decode an uploaded file and encode it anew.

    The content decides what it is, never the name. An animation gives its first frame.

    :raises TooLargeError: beyond 10 MB or 25 megapixels; the latter before decoding.
    :raises ImageError: for anything that is no whole JPEG, PNG or WebP.
    """
    content = file.read(FILE_MAX_BYTES + 1)
    if len(content) > FILE_MAX_BYTES:
        raise TooLargeError
    try:
        with _decoding, Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > PIXELS_MAX:
                raise TooLargeError
            return encode(_decode(image))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise TooLargeError from None
    except ImageError:
        raise
    except Exception as error:  # decoders of broken files raise nearly everything
        raise ImageError from error


def encode(image: Image.Image) -> Picture:
    """Both sizes of an RGB picture that carries nothing but pixels."""
    small = image.copy()
    small.thumbnail((THUMB_PIXELS, THUMB_PIXELS))
    return Picture(_jpeg(image), _jpeg(small), image.width, image.height)


def _decode(image: Image.Image) -> Image.Image:
    image.draft(None, (LARGE_PIXELS, LARGE_PIXELS))  # a JPEG is decoded small at once
    image.load()
    plain = _eight_bits(image)
    plain.thumbnail((LARGE_PIXELS, LARGE_PIXELS))
    upright = ImageOps.exif_transpose(plain)  # first: what changes colours forgets the rest
    return _on_white(_in_srgb(upright))


def _eight_bits(image: Image.Image) -> Image.Image:
    """Take a palette and sixteen bits apart: neither can be scaled or shown as it is."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("1", "P", "LA", "PA"):
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """Use up the picture's own colour profile, where it has one that makes sense."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "CMYK"):
        return image
    try:
        converted = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), _SRGB, outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        return image
    return converted or image


def _on_white(image: Image.Image) -> Image.Image:
    """A new picture, so that no metadata comes along with the old one's."""
    canvas = Image.new("RGB", image.size, "white")
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
