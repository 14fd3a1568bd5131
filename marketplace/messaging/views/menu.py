"""What the menu of a conversation does, as plain forms."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.accounts import next_page
from marketplace.accounts.guard import sign_in_required
from marketplace.messaging import blocks, conversations
from marketplace.messaging.views.blueprint import messaging
from marketplace.texts.rules import isolated


@messaging.post("/messages/<int:conversation_id>/archive", endpoint="archive")
@sign_in_required
def put_away(conversation_id: int) -> ResponseReturnValue:
    """Archive, or take back."""
    archived = _is_on("archived")
    conversations.archive(current_user, conversation_id, archived=archived)
    flash(_("Put into the archive.") if archived else _("Taken back from the archive."), "success")
    return _back()


@messaging.post("/messages/<int:conversation_id>/mute", endpoint="mute")
@sign_in_required
def mute(conversation_id: int) -> ResponseReturnValue:
    """Let a conversation make no sound and no notification, or let it again."""
    muted = _is_on("muted")
    conversations.mute(current_user, conversation_id, muted=muted)
    on, off = _("This conversation is muted."), _("This conversation is no longer muted.")
    flash(on if muted else off, "success")
    return _back()


@messaging.post("/messages/<int:conversation_id>/unread", endpoint="unread")
@sign_in_required
def mark_unread(conversation_id: int) -> ResponseReturnValue:
    """Set the place back to before the last message of the other."""
    conversations.mark_unread(current_user, conversation_id)
    flash(_("Marked as unread."), "success")
    return _back()


@messaging.post("/users/<int:user_id>/block", endpoint="block")
@sign_in_required
def block(user_id: int) -> ResponseReturnValue:
    """Block somebody, or take it back."""
    if _is_on("blocked"):
        name = blocks.block(current_user, user_id)
        flash(_("You blocked %(name)s.", name=isolated(name)), "success")
    else:
        name = blocks.unblock(current_user, user_id)
        flash(_("You no longer block %(name)s.", name=isolated(name)), "success")
    return _back()


def _is_on(name: str) -> bool:
    """What a button's value says; a form without one means to do it."""
    return request.form.get(name, "1") == "1"


def _back() -> ResponseReturnValue:
    return redirect(next_page.wanted() or url_for("messaging.inbox"), 303)
