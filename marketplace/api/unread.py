"""How much is unread."""

from flask_login import current_user

from marketplace.accounts.guard import sign_in_required
from marketplace.api.rest import resource
from marketplace.api.schemas import UnreadTotals
from marketplace.messaging import inbox

blueprint = resource("unread", "What is unread")


@blueprint.route("/unread")
@sign_in_required
@blueprint.response(200, UnreadTotals)
def show() -> inbox.UnreadTotals:
    """The number of unread messages, and in how many conversations."""
    return inbox.unread_totals(current_user)
