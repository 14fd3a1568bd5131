"""Pictures that people send: read, kept as files in the upload folder, and served from there."""

import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from flask import Response, current_app, send_file
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as WerkzeugResponse

from marketplace import images
from marketplace.errors import InvalidError, NotFoundError
from marketplace.images import ImageError, Picture, TooLargeError

FILE_NAME_SHOWN = 60
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
                size_bytes = len(picture.large) + len(picture.thumb)
                name = secrets.token_urlsafe(NAME_BYTES)
                written.append(SavedPicture(name, picture.width, picture.height, size_bytes))
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


def read(file: FileStorage, *, field: str | None = None) -> Picture:
    """Decode what somebody sent and encode it anew; see :func:`marketplace.images.read`.

    :raises InvalidError: for what is no picture we take, with the file's name in the sentence.
    """
    name = (file.filename or "")[-FILE_NAME_SHOWN:]
    try:
        return images.read(file.stream)
    except TooLargeError as error:
        sentence = _(
            "“%(name)s” is too large: at most 10 MB and 25 megapixels are possible.", name=name
        )
        raise InvalidError(sentence, field=field) from error
    except ImageError as error:
        sentence = _(
            "“%(name)s” cannot be read as a photo. Please use JPEG, PNG or WebP.", name=name
        )
        raise InvalidError(sentence, field=field) from error


def served(path: Path, cache: Literal["public", "private"]) -> WerkzeugResponse:
    """The file itself, or behind nginx its address there: deploy/nginx.conf has the other end."""
    if current_app.config["X_ACCEL_REDIRECT"]:
        below = path.relative_to(current_app.config["UPLOAD_FOLDER"]).as_posix()
        response = Response(mimetype="image/jpeg")
        response.headers["X-Accel-Redirect"] = f"/_uploads/{below}"
    else:
        response = send_file(path, mimetype="image/jpeg")
    response.headers.update(headers(cache))
    return response


def headers(cache: Literal["public", "private"]) -> dict[str, str]:
    """What goes with a picture. Names are never used again, so it can be kept for good."""
    return {
        "Cache-Control": f"{cache}, max-age=31536000, immutable",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
