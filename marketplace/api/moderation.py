"""What moderators do, for programs. For anybody else there is nothing here."""

from typing import Any

from flask_login import current_user

from marketplace.accounts.guard import sign_in_required
from marketplace.api.rest import resource
from marketplace.api.schemas import NewDecision, WaitingReports
from marketplace.moderation import moderators, queue
from marketplace.moderation.models import Act

blueprint = resource("moderation-api", "Reports and what is decided about them")


@blueprint.route("/moderation/reports", methods=["GET"])
@sign_in_required
@blueprint.response(200, WaitingReports)
def waiting() -> dict[str, Any]:
    """The reports that nobody has decided, the oldest first."""
    moderators.check(current_user)
    return {"items": queue.waiting(), "next": None}


@blueprint.route("/moderation/reports/<int:report_id>/decision", methods=["POST"])
@sign_in_required
@blueprint.arguments(NewDecision)
@blueprint.response(204)
def decide(new: dict[str, Act], report_id: int) -> None:
    """Do something about a report, once."""
    moderators.check(current_user)
    queue.decide(current_user, report_id, new["decision"])
