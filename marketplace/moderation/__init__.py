"""Moderation: reports are looked at and decided, and who did what stays on record."""

from flask import Flask

from marketplace.accounts import sections
from marketplace.messaging import inbox_notes
from marketplace.messaging.inbox_notes import Note
from marketplace.moderation import commands, notices, views


def init_app(app: Flask) -> None:
    """Add the pages and their way in, the commands, and what people are told."""
    app.register_blueprint(views.blueprint)
    commands.init_app(app)
    inbox_notes.register(app, Note(notices.are_there, views.notices_note))
    sections.register(app, views.profile_section)
