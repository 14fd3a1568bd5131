"""Other people: whom one may write to, and blocking somebody."""

from typing import Any

from flask_login import current_user

from marketplace.accounts.guard import sign_in_required
from marketplace.api.rest import resource
from marketplace.api.schemas import UserQuery, UsersAnswer
from marketplace.messaging import blocks, policy

blueprint = resource("people", "Other people")


@blueprint.route("/users", methods=["GET"])
@sign_in_required
@blueprint.arguments(UserQuery, location="query")
@blueprint.response(200, UsersAnswer)
def find(query: dict[str, str]) -> dict[str, Any]:
    """Of those one may write to the first by name in which each word occurs, never others."""
    return {"items": policy.available(current_user, query["q"]), "next": None}


@blueprint.route("/users/available", methods=["GET"])
@sign_in_required
@blueprint.response(200, UsersAnswer)
def available() -> dict[str, Any]:
    """Those one may write to, the first by name."""
    return {"items": policy.available(current_user), "next": None}


@blueprint.route("/users/<int:user_id>/block", methods=["PUT"])
@sign_in_required
@blueprint.response(204)
def block(user_id: int) -> None:
    """Block somebody with whom one shares a conversation: neither can write to the other."""
    blocks.block(current_user, user_id)


@blueprint.route("/users/<int:user_id>/block", methods=["DELETE"])
@sign_in_required
@blueprint.response(204)
def unblock(user_id: int) -> None:
    """Take one's own block back."""
    blocks.unblock(current_user, user_id)
