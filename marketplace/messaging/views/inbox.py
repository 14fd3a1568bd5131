"""The inbox page."""

from flask import render_template, request
from flask_login import current_user

from marketplace.accounts.guard import sign_in_required
from marketplace.messaging import inbox, inbox_notes
from marketplace.messaging.inbox import Folder
from marketplace.messaging.views.blueprint import messaging
from marketplace.messaging.views.totals import unread_totals


@messaging.get("/messages", endpoint="inbox")
@sign_in_required
def show() -> str:
    """The conversations of a folder, newest activity first."""
    folder = _folder()
    q = request.args.get("q", "").strip().replace("\0", "")
    page = inbox.inbox_of(current_user, folder, q, request.args.get("cursor"))
    return render_template(
        "messaging/inbox.html",
        folder=folder.value,
        q=q,
        rows=page.rows,
        next_cursor=page.next_cursor,
        reader=current_user,
        notes=inbox_notes.rendered(current_user) if unread_totals().has_notes else (),
    )


def _folder() -> Folder:
    """An unknown folder is the whole inbox: an old bookmark must not end in an error."""
    try:
        return Folder(request.args.get("folder", "all"))
    except ValueError:
        return Folder.ALL
