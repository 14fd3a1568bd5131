"""Reporting a conversation to the operators."""

from typing import Any

from flask_login import current_user

from marketplace.accounts.guard import sign_in_required
from marketplace.api.rest import resource
from marketplace.api.schemas import NewReport, ReportAnswer
from marketplace.messaging import reports
from marketplace.operations import limits

blueprint = resource("reports", "What operators should look at")


@blueprint.route("/reports", methods=["POST"])
@sign_in_required
@blueprint.arguments(NewReport)
@blueprint.response(201, ReportAnswer)
def report(new: dict[str, Any]) -> dict[str, int]:
    """Report a conversation one takes part in."""
    limits.REPORTS.spend(f"user {current_user.id}")
    return {"id": reports.report(current_user, **new)}
