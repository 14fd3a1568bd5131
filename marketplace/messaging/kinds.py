"""Kinds of messages: what people write, and lines that a feature has the site write.

A feature registers its kinds when the application is made; messaging's own lines do the same. One
that is no longer registered, because its feature was taken out, is still there to be read over.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_

from marketplace.messaging.models import KIND_MAX_LENGTH, TEXT, Message

REGISTERED = "message_kinds"


def _no_data(_body: str) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class MessageKind:
    """A line that nobody wrote. What is stored of it as ``body`` becomes ``sentence`` in the
    reader's language, and ``data`` for programs. One that ``counts`` is unread like a message."""

    name: str
    icon: str
    sentence: Callable[[str], str]
    data: Callable[[str], dict[str, Any]] = _no_data
    counts: bool = False


def register(app: Flask, *kinds: MessageKind) -> None:
    """Add kinds.

    :raises ValueError: for a name that another has, or that is too long to be stored.
    """
    registered = app.extensions.setdefault(REGISTERED, {})
    for kind in kinds:
        if kind.name in (TEXT, *registered) or len(kind.name) > KIND_MAX_LENGTH:
            raise ValueError(f"no kind of message can be called {kind.name!r}")
        registered[kind.name] = kind


def find(name: str) -> MessageKind:
    """The kind of a line; for one that nothing here knows, a sentence that says so."""
    return _all().get(name, UNKNOWN)


def is_line(name: str) -> bool:
    """Whether nobody wrote a message of this kind."""
    return name != TEXT


def written() -> ColumnElement[bool]:
    """The condition that somebody wrote it: only that is found by a search."""
    condition: ColumnElement[bool] = Message.kind == TEXT
    return condition


def counting() -> tuple[str, ...]:
    """The kinds that count as unread: what is written, and lines whose kind says so."""
    return TEXT, *(kind.name for kind in _all().values() if kind.counts)


def is_any(names: tuple[str, ...]) -> ColumnElement[bool]:
    """The condition that it is of one of these kinds, for statements that are compiled once."""
    return or_(*(Message.kind == name for name in names))


def _all() -> Mapping[str, MessageKind]:
    found: Mapping[str, MessageKind] = current_app.extensions[REGISTERED]
    return found


UNKNOWN = MessageKind("", "tag", lambda _body: str(_("This is no longer shown here.")))
