"""What one does about other people: blocking them."""

from flask_login import current_user

from marketplace.accounts.guard import sign_in_required
from marketplace.api.rest import resource
from marketplace.messaging import blocks

blueprint = resource("people", "Other people")


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
