"""What is done in a conversation: writing, and marking as read."""

from typing import Any

from flask import Response, jsonify
from flask_login import current_user

from marketplace.accounts.guard import sign_in_required
from marketplace.api.rest import resource
from marketplace.api.schemas import (
    ConversationAnswer,
    ConversationChange,
    MessageAnswer,
    NewMessage,
    ReadAnswer,
    ReadMark,
)
from marketplace.messaging import conversations, inbox, messages, presence
from marketplace.messaging.places import FullPlace
from marketplace.operations import limits

blueprint = resource("conversations", "Conversations and their messages")


@blueprint.route("/conversations/<int:conversation_id>", methods=["PATCH"])
@sign_in_required
@blueprint.arguments(ConversationChange)
@blueprint.response(200, ConversationAnswer)
def arrange(change: dict[str, bool], conversation_id: int) -> FullPlace:
    """Archive or mute for oneself, or take it back."""
    return conversations.arrange(current_user, conversation_id, **change)


@blueprint.route("/conversations/<int:conversation_id>/messages", methods=["POST"])
@sign_in_required
@blueprint.arguments(NewMessage())  # made once, not with each request
@blueprint.response(201, MessageAnswer)
@blueprint.alt_response(200, schema=MessageAnswer, description="Stored already")
def send(new: dict[str, Any], conversation_id: int) -> tuple[Response, int]:
    """Send a message."""
    limits.SENDING.spend(f"user {current_user.id}")
    sent = messages.send(
        current_user, conversation_id, new["body"], new["client_id"], new["attachment_ids"]
    )
    return jsonify(sent.item.as_json()), 201 if sent.created else 200  # it has the schema's form


@blueprint.route("/conversations/<int:conversation_id>/read", methods=["PUT"])
@sign_in_required
@blueprint.arguments(ReadMark)
@blueprint.response(200, ReadAnswer)
def mark_read(mark: dict[str, int], conversation_id: int) -> dict[str, Any]:
    """Mark as read up to a place; the mark never goes back."""
    read_seq = conversations.mark_read(current_user, conversation_id, mark["seq"])
    return {"read_seq": read_seq, "unread": inbox.unread_totals(current_user)}


@blueprint.route("/conversations/<int:conversation_id>/read", methods=["DELETE"])
@sign_in_required
@blueprint.response(200, ReadAnswer)
def mark_unread(conversation_id: int) -> dict[str, Any]:
    """Mark as unread from the last message of another."""
    read_seq = conversations.mark_unread(current_user, conversation_id)
    return {"read_seq": read_seq, "unread": inbox.unread_totals(current_user)}


@blueprint.route("/conversations/<int:conversation_id>/typing", methods=["PUT"])
@sign_in_required
@blueprint.response(204)
def note_typing(conversation_id: int) -> None:
    """Show the others for six seconds that somebody is writing; to be repeated meanwhile."""
    presence.note_typing(current_user, conversation_id)
