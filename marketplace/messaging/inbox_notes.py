"""What other features show above the inbox: something to be read there, and put away.

A feature registers it when the application is made.
"""

from collections.abc import Callable

from flask import Flask, current_app
from markupsafe import Markup

from marketplace.accounts.models import User

REGISTERED = "inbox_notes"

Note = Callable[[User], Markup]
"""Renders what there is for a person, or nothing. It is asked for with each inbox, and must be
cheap."""


def register(app: Flask, note: Note) -> None:
    """Add one below those of the features before."""
    app.extensions.setdefault(REGISTERED, []).append(note)


def rendered(user: User) -> list[Markup]:
    """All of them."""
    notes: list[Note] = current_app.extensions.get(REGISTERED, [])
    return [note(user) for note in notes]
