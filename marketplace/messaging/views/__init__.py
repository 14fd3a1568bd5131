"""The pages of messaging, and the poll."""

from flask import Flask
from flask_login import current_user

from marketplace.catalogue.listings import listing_changed
from marketplace.messaging import group_lines, inbox_notes, kinds, relation, system_lines
from marketplace.messaging.forms import new_client_id
from marketplace.messaging.groups import has_invitations
from marketplace.messaging.inbox import UnreadTotals
from marketplace.messaging.inbox_notes import Note
from marketplace.messaging.text import linkify
from marketplace.messaging.views import (  # noqa: F401 - each adds its routes
    contact,
    conversation,
    groups,
    inbox,
    menu,
    poll,
    reports,
)
from marketplace.messaging.views.blueprint import messaging
from marketplace.messaging.views.last_seen import last_seen_label
from marketplace.messaging.views.totals import unread_totals


def init_app(app: Flask) -> None:
    """Register the pages, and what any page may ask: asking is a query, not asking is free."""
    relation.init_app(app)
    inbox_notes.register(app, Note(has_invitations, groups.invitations_note))
    kinds.register(app, *system_lines.KINDS, *group_lines.KINDS)
    app.register_blueprint(messaging)
    app.jinja_env.filters["linkify"] = linkify
    app.jinja_env.globals.update(
        contact_state=contact.contact_state,
        last_seen_label=last_seen_label,
        new_client_id=new_client_id,
        unread_totals=_unread_totals,
    )
    listing_changed.connect(system_lines.follow_listing)


def _unread_totals() -> UnreadTotals | None:
    """The header's badge; None when nobody is signed in."""
    return unread_totals() if current_user.is_authenticated else None
