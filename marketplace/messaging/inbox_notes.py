"""What stands above the inbox: something to be read or answered there, such as an invitation.

Messaging's own and those of other features are registered alike, when the application is made.
Whether there is anything is asked together with the unread totals, as one condition: who has
nothing there pays for nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup
from sqlalchemy import ColumnElement, false

from marketplace.accounts.models import User

REGISTERED = "inbox_notes"


@dataclass(frozen=True)
class Note:
    """``is_there`` is the condition that there is something for somebody, by the id; ``render``
    makes the HTML of it, and is asked for only when some note's condition holds."""

    is_there: Callable[[Any], ColumnElement[bool]]
    render: Callable[[User], Markup]


def register(app: Flask, note: Note) -> None:
    """Add one below those of the features before."""
    app.extensions[REGISTERED] = (*app.extensions.get(REGISTERED, ()), note)


def registered() -> tuple[Note, ...]:
    """All of them, in the order in which the features stand."""
    found: tuple[Note, ...] = current_app.extensions.get(REGISTERED, ())
    return found


def any_is_there(notes: tuple[Note, ...], user_id: Any) -> ColumnElement[bool]:
    """The condition that there is anything."""
    return reduce(or_, (note.is_there(user_id) for note in notes), false())


def rendered(user: User) -> list[Markup]:
    """What there is."""
    return [note.render(user) for note in registered()]
