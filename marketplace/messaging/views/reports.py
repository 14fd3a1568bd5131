"""Reporting a conversation, as a form."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.accounts.guard import sign_in_required
from marketplace.messaging import messages, participants, places, reports
from marketplace.messaging.forms import ReportForm
from marketplace.messaging.places import FullPlace
from marketplace.messaging.views.blueprint import messaging
from marketplace.messaging.views.groups import name_of
from marketplace.operations import limits
from marketplace.texts.errors import InvalidError, TooManyError

CHOICES, SHOWN = 10, 120


@messaging.route(
    "/messages/<int:conversation_id>/report", methods=["GET", "POST"], endpoint="report"
)
@sign_in_required
def report(conversation_id: int) -> ResponseReturnValue:
    """Ask the operators to look at a conversation, or the form for it with its errors."""
    me = places.get_for(current_user, conversation_id)
    name = name_of(me, participants.company_in(me))
    form = ReportForm()
    form.seq.choices = _choices(me)
    status, headers = 200, {}
    if form.validate_on_submit():
        try:
            return _sent(conversation_id, form)
        except InvalidError as error:
            form.seq.errors = [error.message]
            status = error.status
        except TooManyError as error:
            form.details.errors = [error.message]
            status, headers = error.status, error.headers
    elif form.errors:
        status = 422
    page = render_template("messaging/report.html", form=form, me=me, name=name)
    return page, status, headers


def _choices(me: FullPlace) -> list[tuple[str, str]]:
    """All of it, or one of the newest messages of somebody else."""
    items, _older = messages.latest(me)
    others = [each for each in items if each.sender_id != me.user_id and not each.is_line]
    newest = [
        (str(each.seq), each.body[:SHOWN] or str(_("Photo")))
        for each in others[: -CHOICES - 1 : -1]
        if not each.deleted
    ]
    return [("", str(_("All of it"))), *newest]


def _sent(conversation_id: int, form: ReportForm) -> ResponseReturnValue:
    limits.REPORTS.spend(f"user {current_user.id}")
    seq = int(form.seq.data) if (form.seq.data or "").isdecimal() else None
    reports.report(current_user, conversation_id, form.reason.data, form.details.data or "", seq)
    flash(_("Thank you. We have your report and will look at it."), "success")
    return redirect(url_for("messaging.conversation", conversation_id=conversation_id), 303)
