"""Groups: opening one, who is in it, and blocking a conversation as a whole."""

from typing import Any

from flask_login import current_user

from marketplace.accounts.guard import sign_in_required
from marketplace.api.rest import resource
from marketplace.api.schemas import (
    NewConversation,
    NewConversationAnswer,
    NewParticipant,
    ParticipantsAnswer,
    RoleChange,
)
from marketplace.messaging import conversation_blocks, groups, messages, participants, places
from marketplace.messaging.models import Role
from marketplace.operations import limits

blueprint = resource("groups", "Conversations of many")


@blueprint.route("/conversations", methods=["POST"])
@sign_in_required
@blueprint.arguments(NewConversation)
@blueprint.response(201, NewConversationAnswer)
def open_group(new: dict[str, Any]) -> dict[str, int]:
    """Open a group and ask people into it; a first message waits for those who accept later."""
    body = messages.clean_body(new["body"], may_be_blank=True)
    limits.INVITING.spend(f"user {current_user.id}")
    conversation_id = groups.open_group(
        current_user, new["participant_ids"], new["title"], new["client_id"]
    )
    if body:
        messages.send(current_user, conversation_id, body, f"{new['client_id']}-1"[-64:])
    return {"id": conversation_id}


@blueprint.route("/conversations/<int:conversation_id>/participants", methods=["GET"])
@sign_in_required
@blueprint.response(200, ParticipantsAnswer)
def show(conversation_id: int) -> dict[str, Any]:
    """Who takes part, and who was asked and has not answered."""
    me = places.get_for(current_user, conversation_id)
    inside = [
        {"id": each.id, "name": each.name, "role": each.role, "state": "in"}
        for each in participants.company_in(me).everyone
    ]
    asked = [
        {"id": each.id, "name": each.name, "role": Role.MEMBER.value, "state": "invited"}
        for each in groups.invited_to(me)
    ]
    return {"items": inside + asked, "next": None}


@blueprint.route("/conversations/<int:conversation_id>/participants", methods=["POST"])
@sign_in_required
@blueprint.arguments(NewParticipant)
@blueprint.response(204)
def invite(new: dict[str, int], conversation_id: int) -> None:
    """Ask somebody in; one who was asked before, or is in, stays as they are."""
    groups.invite(current_user, conversation_id, new["user_id"])


@blueprint.route(
    "/conversations/<int:conversation_id>/participants/<int:user_id>", methods=["PATCH"]
)
@sign_in_required
@blueprint.arguments(RoleChange)
@blueprint.response(204)
def set_role(change: dict[str, Role], conversation_id: int, user_id: int) -> None:
    """Make somebody an admin, or a member again."""
    groups.set_role(current_user, conversation_id, user_id, change["role"])


@blueprint.route(
    "/conversations/<int:conversation_id>/participants/<int:user_id>", methods=["DELETE"]
)
@sign_in_required
@blueprint.response(204)
def remove(conversation_id: int, user_id: int) -> None:
    """Take somebody out, or an invitation back; oneself: leave."""
    if user_id == current_user.id:
        groups.leave(current_user, conversation_id)
    else:
        groups.remove(current_user, conversation_id, user_id)


@blueprint.route("/conversations/<int:conversation_id>/invitation", methods=["PUT"])
@sign_in_required
@blueprint.response(204)
def accept(conversation_id: int) -> None:
    """Join the group that one was asked into."""
    groups.accept(current_user, conversation_id)


@blueprint.route("/conversations/<int:conversation_id>/invitation", methods=["DELETE"])
@sign_in_required
@blueprint.response(204)
def decline(conversation_id: int) -> None:
    """Say no."""
    groups.decline(current_user, conversation_id)


@blueprint.route("/conversations/<int:conversation_id>/block", methods=["PUT"])
@sign_in_required
@blueprint.response(204)
def block(conversation_id: int) -> None:
    """Let nobody write in a conversation until it is taken back."""
    conversation_blocks.block(current_user, conversation_id)


@blueprint.route("/conversations/<int:conversation_id>/block", methods=["DELETE"])
@sign_in_required
@blueprint.response(204)
def unblock(conversation_id: int) -> None:
    """Take it back."""
    conversation_blocks.unblock(current_user, conversation_id)
