"""Pictures that people send: how they are read, and how they are served."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from flask import Response, current_app, send_file
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as WerkzeugResponse

from marketplace.operations import limits
from marketplace.storage import decoding
from marketplace.storage.images import HeicError, ImageError, Picture, TooLargeError
from marketplace.storage.waiting_room import WaitingRoom, current_room
from marketplace.texts.errors import InvalidError
from marketplace.web.assets import FOR_GOOD

FILE_NAME_SHOWN = 60


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
