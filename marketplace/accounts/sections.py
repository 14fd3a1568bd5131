"""What other features show on the profile: settings of their own, with a form of their own.

A feature registers its section when the application is made.
"""

from collections.abc import Callable

from flask import Flask, current_app
from markupsafe import Markup

from marketplace.accounts.models import User

REGISTERED = "profile_sections"

Section = Callable[[User], Markup]
"""Renders a section for its person, from a heading of the second level on."""


def register(app: Flask, section: Section) -> None:
    """Add a section below what the profile has itself."""
    app.extensions.setdefault(REGISTERED, []).append(section)


def rendered(user: User) -> list[Markup]:
    """All of them, in the order in which the features stand."""
    sections: list[Section] = current_app.extensions.get(REGISTERED, [])
    return [section(user) for section in sections]
