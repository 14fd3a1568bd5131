"""Pictures that people send: read, kept as files in the upload folder, and served from there."""

import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from flask import Response, current_app, send_file
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as WerkzeugResponse

from marketplace import decoding, limits
from marketplace.assets import FOR_GOOD
from marketplace.errors import InvalidError, NotFoundError
from marketplace.images import HeicError, ImageError, Picture, TooLargeError
from marketplace.waiting_room import WaitingRoom, current_room

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


def read(files: Sequence[FileStorage], *, field: str) -> list[Picture]:
    """Decode what somebody sent and encode it anew, one after the other.

    :raises TooManyError: before any is decoded, after too many in too short a time.
    :raises InvalidError: for what is no picture we take, with the file's name in the sentence.
    :raises BusyError: when too many people's pictures are decoded already, or others of theirs;
        before any is.
    """
    who = limits.who_asks()
    for _each in files:
        limits.UPLOADS.spend(who)
    if not files:
        return []
    room = current_room()
    with room.place(who):
        return [_read(file, field, room) for file in files]


def _read(file: FileStorage, field: str, room: WaitingRoom) -> Picture:
    name = (file.filename or "")[-FILE_NAME_SHOWN:]
    try:
        with decoding.kept(file.stream) as (kind, kept), room.turn():
            return decoding.decode(kind, kept)
    except ImageError as error:
        raise InvalidError(_sentence(error, name), field=field) from error


def _sentence(error: ImageError, name: str) -> str:
    """Why not, and what to do: no phone shows which kind of file a photo is."""
    if isinstance(error, TooLargeError):
        return str(
            _(
                "“%(name)s” is too large: at most 20 MB and 50 megapixels are possible, 25 unless "
                "it is a JPEG. A screenshot of it is small enough.",
                name=name,
            )
        )
    if isinstance(error, HeicError):
        return str(
            _(
                "“%(name)s” is a HEIC, which is not possible yet. A screenshot of it is, and so "
                "are new photos once the phone saves them as JPEG (iPhone: Settings, Camera, "
                "Formats, Most Compatible).",
                name=name,
            )
        )
    return str(
        _(
            "“%(name)s” cannot be read as a photo. JPEG, PNG, WebP and AVIF are possible; "
            "if your phone does not say what it is, take a screenshot of it.",
            name=name,
        )
    )


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
    """What goes with a picture. Names are never used again, so a public one is kept for good.

    A private one is asked for again each time, which is a 304: whoever has signed out is shown
    none, also by browsers that do not know ``Clear-Site-Data``.
    """
    return {
        "Cache-Control": "private, no-cache" if cache == "private" else FOR_GOOD,
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
