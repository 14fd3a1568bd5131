"""The unread totals of who is signed in, asked for once in a request."""

from flask import g
from flask_login import current_user

from marketplace.messaging import inbox
from marketplace.messaging.inbox import UnreadTotals


def unread_totals() -> UnreadTotals:
    """The same for the header's badge and for the inbox below it."""
    if "unread_totals" not in g:
        g.unread_totals = inbox.unread_totals(current_user)
    found: UnreadTotals = g.unread_totals
    return found
