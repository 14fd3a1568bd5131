"""Pictures as they are stored, and what a file has to be to become one.

What is stored holds pixels only: no EXIF, no place, no profile, no comment, and nothing that was
hidden behind the picture's end.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

FILE_MAX_BYTES = 20 * 1024 * 1024  # what phones make of 48 megapixels has 8 to 15
START_BYTES = 64  # of a file, enough to tell its kind

_SIGNATURES = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
_AVIF, _HEIC = {b"avif", b"avis"}, {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}


class ImageError(Exception):
    """A file that is no picture we take."""


class TooLargeError(ImageError):
    """More bytes or more pixels than we take."""


class HeicError(ImageError):
    """What iPhones make unless they are told otherwise."""


@dataclass(frozen=True)
class Picture:
    """A picture as JPEG in two sizes. ``width`` and ``height`` are those of the large one."""

    large: bytes
    thumb: bytes
    width: int
    height: int

    @property
    def size_bytes(self) -> int:
        """Of both sizes."""
        return len(self.large) + len(self.thumb)


def kind_of(start: bytes) -> str:
    """Pillow's name for what begins like this. The content decides, never the file's name.

    :param start: the first ``START_BYTES``.
    :raises HeicError: for a HEIC.
    :raises ImageError: for anything else but JPEG, PNG, WebP and AVIF.
    """
    for signature, kind in _SIGNATURES.items():
        if start.startswith(signature):
            return kind
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "WEBP"
    if start[4:8] == b"ftyp":
        brands = {start[at : at + 4] for at in range(8, START_BYTES, 4)}
        if brands & _AVIF:
            return "AVIF"
        if brands & _HEIC:
            raise HeicError
    raise ImageError


def encode(image: "Image") -> Picture:
    """Both sizes of an RGB picture that was drawn here."""
    from decoder import pixels  # noqa: PLC0415 - no server loads Pillow

    return Picture(*pixels.encode(image), image.width, image.height)
