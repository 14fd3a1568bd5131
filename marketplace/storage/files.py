"""Pictures kept as files in the upload folder."""

import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from marketplace.storage.images import Picture
from marketplace.texts.errors import NotFoundError

NAME_BYTES = 32
_NAME = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class SavedPicture:
    """A picture whose files are there and which no row names yet."""

    name: str
    width: int
    height: int
    size_bytes: int


class Folder:
    """A folder of the upload folder, with two files for each picture, named at random."""

    def __init__(self, name: str) -> None:
        self._name = name

    @contextmanager
    def saved(self, pictures: Iterable[Picture]) -> Iterator[list[SavedPicture]]:
        """Have the files while the block stores the rows that name them.

        The files come first, so that a row never names a file that is not there; when the block
        fails they are removed again.
        """
        written: list[SavedPicture] = []
        try:
            for picture in pictures:
                name = secrets.token_urlsafe(NAME_BYTES)
                size = picture.width, picture.height
                written.append(SavedPicture(name, *size, picture.size_bytes))
                self._write(name, picture)
            yield written
        except BaseException:
            for each in written:
                self.discard(each.name)
            raise

    def discard(self, name: str) -> None:
        """Remove a picture's files, where they are there."""
        for path in (self._path(name), self._path(name, thumb=True)):
            path.unlink(missing_ok=True)

    def get_file(self, name: str, *, thumb: bool = False) -> Path:
        """The JPEG of this name.

        :raises NotFoundError: when there is none, or it is no name of ours.
        """
        if is_name(name):
            path = self._path(name, thumb=thumb)
            if path.is_file():
                return path
        raise NotFoundError

    def _write(self, name: str, picture: Picture) -> None:
        for path, content in (
            (self._path(name), picture.large),
            (self._path(name, thumb=True), picture.thumb),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(".part")
            try:
                unfinished.write_bytes(content)
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)

    def _path(self, name: str, *, thumb: bool = False) -> Path:
        file_name = f"{name}{'-thumb' if thumb else ''}.jpg"
        return Path(current_app.config["UPLOAD_FOLDER"]) / self._name / file_name


def is_name(text: str) -> bool:
    """Whether this has the form of our names."""
    return _NAME.fullmatch(text) is not None
