"""The pages of moderators, and what people are told above their inbox."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from marketplace.accounts.guard import sign_in_required
from marketplace.accounts.models import User
from marketplace.moderation import moderators, notices, queue
from marketplace.moderation.models import Act
from marketplace.texts.errors import ConflictError, InvalidError

blueprint = Blueprint("moderation", __name__)


@blueprint.get("/moderation", endpoint="reports")
@sign_in_required
def show() -> str:
    """The reports that wait."""
    moderators.check(current_user)
    return render_template(
        "moderation/queue.html",
        waiting=queue.waiting(),
        is_administrator=moderators.is_administrator(current_user),
    )


@blueprint.get("/moderation/<int:report_id>", endpoint="report")
@sign_in_required
def look(report_id: int) -> str:
    """One of them, with what was reported; that it was looked at is recorded."""
    moderators.check(current_user)
    return _page(report_id)


@blueprint.post("/moderation/<int:report_id>", endpoint="decide")
@sign_in_required
def decide(report_id: int) -> ResponseReturnValue:
    """Decide it."""
    moderators.check(current_user)
    wanted = request.form.get("decision", "")
    known = [act for act in queue.DECISIONS if act.value == wanted]
    try:
        if not known:
            raise InvalidError(_("Please choose what to do."), field="decision")
        queue.decide(current_user, report_id, known[0])
    except (InvalidError, ConflictError) as error:
        return _page(report_id, error.message), error.status
    flash(_("Decided. Who reported it is told."), "success")
    return redirect(url_for("moderation.reports"), 303)


@blueprint.get("/moderation/log", endpoint="log")
@sign_in_required
def log() -> str:
    """Who looked at what and what they did, for administrators."""
    moderators.check_administrator(current_user)
    return render_template("moderation/log.html", entries=queue.records())


@blueprint.post("/notices/<int:notice_id>", endpoint="put_away")
@sign_in_required
def put_away(notice_id: int) -> ResponseReturnValue:
    """It was read."""
    notices.put_away(current_user, notice_id)
    return redirect(url_for("messaging.inbox"), 303)


def notices_note(user: User) -> Markup:
    """What this person is told above their inbox."""
    found = notices.of(user)
    if not found:
        return Markup()
    return Markup(render_template("moderation/notices.html", notices=found))  # noqa: S704 - ours


def profile_section(user: User) -> Markup:
    """A moderator's way to the reports."""
    if not moderators.is_moderator(user):
        return Markup()
    return Markup(render_template("moderation/_section.html"))  # noqa: S704 - ours


def _page(report_id: int, wrong: str = "") -> str:
    case = queue.look(current_user, report_id)
    return render_template("moderation/report.html", case=case, wrong=wrong, labels=_labels())


def _labels() -> dict[Act, str]:
    return {
        Act.TAKEN_DOWN: _("Take the message down"),
        Act.WARNED: _("Warn who wrote it"),
        Act.CLOSED: _("Close the conversation"),
        Act.SUSPENDED: _("Suspend the account"),
        Act.DISMISSED: _("Dismiss: it breaks no rule"),
    }
