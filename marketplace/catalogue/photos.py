"""The files of listings' photos: two for each, named at random, in the upload folder."""

import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from marketplace.catalogue.images import Picture
from marketplace.errors import NotFoundError

NAME_BYTES = 32
_NAME = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class SavedPhoto:
    """A photo whose files are there and which no listing names yet."""

    name: str
    width: int
    height: int


@contextmanager
def saved(pictures: Iterable[Picture]) -> Iterator[list[SavedPhoto]]:
    """Have the files while the block stores the rows that name them.

    The files come first, so that a row never names a file that is not there; when the block
    fails they are removed again.
    """
    written: list[SavedPhoto] = []
    try:
        for picture in pictures:
            written.append(SavedPhoto(_new_name(), picture.width, picture.height))
            _write(written[-1].name, picture)
        yield written
    except BaseException:
        for photo in written:
            discard(photo.name)
        raise


def discard(name: str) -> None:
    """Remove a photo's files, where they are there."""
    for path in (_path(name), _path(name, thumb=True)):
        path.unlink(missing_ok=True)


def get_file(name: str, *, thumb: bool = False) -> Path:
    """The JPEG of this name.

    :raises NotFoundError: when there is none, or it is no name of ours.
    """
    if _NAME.fullmatch(name):
        path = _path(name, thumb=thumb)
        if path.is_file():
            return path
    raise NotFoundError


def _new_name() -> str:
    return secrets.token_urlsafe(NAME_BYTES)


def _write(name: str, picture: Picture) -> None:
    _folder().mkdir(parents=True, exist_ok=True)
    for path, content in (
        (_path(name), picture.large),
        (_path(name, thumb=True), picture.thumb),
    ):
        unfinished = path.with_suffix(".part")
        try:
            unfinished.write_bytes(content)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)


def _path(name: str, *, thumb: bool = False) -> Path:
    return _folder() / f"{name}{'-thumb' if thumb else ''}.jpg"


def _folder() -> Path:
    return Path(current_app.config["UPLOAD_FOLDER"]) / "photos"
