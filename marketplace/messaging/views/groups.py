"""Groups: opening one, who is in it, and what one does about that, as plain forms."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from marketplace.accounts.guard import sign_in_required
from marketplace.accounts.models import User
from marketplace.messaging import (
    conversation_blocks,
    group_names,
    groups,
    messages,
    participants,
    places,
    policy,
)
from marketplace.messaging.forms import new_client_id
from marketplace.messaging.models import Role
from marketplace.messaging.places import FullPlace
from marketplace.messaging.views.blueprint import messaging
from marketplace.operations import limits
from marketplace.texts.errors import DomainError, ForbiddenError, NotFoundError

FOUND_MAX = 20
FIELDS = {"participant_ids": "people", "title": "title"}  # the verbs' names, and the form's


@messaging.route("/messages/new", methods=["GET", "POST"], endpoint="new_group")
@sign_in_required
def open_group() -> ResponseReturnValue:
    """The form for a group, with the people that one may ask; or open it."""
    if request.method == "GET":
        return _new_page(request.args, {})
    if "search" in request.form:
        return _new_page(request.form, {})
    try:
        limits.INVITING.spend(f"user {current_user.id}")
        people = request.form.getlist("people", type=int)
        title, client_id = request.form.get("title", ""), request.form.get("client_id")
        conversation_id = groups.open_group(current_user, people, title, client_id or None)
    except NotFoundError as error:
        return _new_page(request.form, {"people": error.message}), 422
    except DomainError as error:
        place = FIELDS.get(error.field or "", "form")
        wrong = {place: error.message}
        return _new_page(request.form, wrong), error.status, error.headers
    return _to(conversation_id)


@messaging.get("/messages/<int:conversation_id>/members", endpoint="members")
@sign_in_required
def members(conversation_id: int) -> str:
    """Who is in a group, and for its admins what one can do about it."""
    return _members_page(_group(conversation_id), {})


@messaging.post("/messages/<int:conversation_id>/invite", endpoint="invite")
@sign_in_required
def invite(conversation_id: int) -> ResponseReturnValue:
    """Ask somebody in."""
    me = _group(conversation_id)

    def ask() -> Any:
        other_id = request.form.get("user_id", 0, type=int)
        groups.invite(current_user, conversation_id, other_id)
        return _("Invited. As soon as they accept, they are in the group.")

    return _done(me, "people", ask)


@messaging.post("/messages/<int:conversation_id>/members/<int:user_id>/role", endpoint="set_role")
@sign_in_required
def set_role(conversation_id: int, user_id: int) -> ResponseReturnValue:
    """Make somebody an admin, or a member again."""
    me = _group(conversation_id)

    def give() -> Any:
        role = request.form.get("role", "")
        known = [each for each in groups.ROLES if each == role]
        groups.set_role(current_user, conversation_id, user_id, known[0] if known else Role.BUYER)
        return _("The role is changed.")

    return _done(me, "members", give)


@messaging.post("/messages/<int:conversation_id>/members/<int:user_id>/remove", endpoint="remove")
@sign_in_required
def remove(conversation_id: int, user_id: int) -> ResponseReturnValue:
    """Take somebody out, or take an invitation back."""
    me = _group(conversation_id)

    def take_out() -> Any:
        groups.remove(current_user, conversation_id, user_id)
        return _("Removed.")

    return _done(me, "members", take_out)


@messaging.post("/messages/<int:conversation_id>/rename", endpoint="rename")
@sign_in_required
def rename(conversation_id: int) -> ResponseReturnValue:
    """Give the group another title."""
    me = _group(conversation_id)

    def give() -> Any:
        groups.rename(current_user, conversation_id, request.form.get("title", ""))
        return _("The title is changed.")

    return _done(me, "title", give)


@messaging.post("/messages/<int:conversation_id>/leave", endpoint="leave")
@sign_in_required
def leave(conversation_id: int) -> ResponseReturnValue:
    """Go, and back to the inbox; who is the only admin reads what has to be done before."""
    me = _group(conversation_id)
    try:
        groups.leave(current_user, conversation_id)
    except groups.LastAdminError as error:
        return _members_page(me, {"leave": error.message}), error.status
    flash(_("You left the group."), "success")
    return redirect(url_for("messaging.inbox"), 303)


@messaging.post("/messages/<int:conversation_id>/accept", endpoint="accept")
@sign_in_required
def accept(conversation_id: int) -> ResponseReturnValue:
    """Join."""
    groups.accept(current_user, conversation_id)
    return _to(conversation_id)


@messaging.post("/messages/<int:conversation_id>/decline", endpoint="decline")
@sign_in_required
def decline(conversation_id: int) -> ResponseReturnValue:
    """Say no."""
    groups.decline(current_user, conversation_id)
    flash(_("You declined the invitation."), "success")
    return redirect(url_for("messaging.inbox"), 303)


@messaging.post("/messages/<int:conversation_id>/block", endpoint="block_conversation")
@sign_in_required
def block(conversation_id: int) -> ResponseReturnValue:
    """Let nobody write in a conversation, or take that back."""
    if request.form.get("blocked", "1") == "1":
        conversation_blocks.block(current_user, conversation_id)
        flash(_("Nobody can write in this conversation until it is opened again."), "success")
    else:
        conversation_blocks.unblock(current_user, conversation_id)
        flash(_("This conversation is open again."), "success")
    return _to(conversation_id)


@messaging.get("/messages/<int:conversation_id>/readers/<int:seq>", endpoint="readers")
@sign_in_required
def readers(conversation_id: int, seq: int) -> str:
    """Who has read an own message in a group, and who has not."""
    me = _group(conversation_id)
    item = messages.find_at(me, seq)
    if item is None or item.sender_id != current_user.id or item.is_line:
        raise NotFoundError
    company = participants.company_in(me)
    entitled = [each for each in company.others if each.first_seq <= seq]
    return render_template(
        "messaging/readers.html",
        me=me,
        item=item,
        name=name_of(me, company),
        read=[each for each in entitled if each.has_read(seq)],
        unread=[each for each in entitled if not each.has_read(seq)],
    )


def invitations_note(user: User) -> Markup:
    """What this person was asked and has not answered, above their inbox."""
    found = groups.invitations_of(user)
    return Markup(render_template("messaging/_invitations.html", invitations=found))  # noqa: S704 - ours


def name_of(me: FullPlace, company: participants.Company) -> str:
    """Who or what a conversation is with, as its page calls it."""
    if not me.is_group:
        return company.other.name
    return group_names.group_name(me.title, [each.name for each in company.others])


def _group(conversation_id: int) -> FullPlace:
    """The way in to a group.

    :raises NotFoundError: for an outsider, and when it is no group.
    """
    me = places.get_for(current_user, conversation_id)
    if not me.is_group:
        raise NotFoundError
    return me


def _done(me: FullPlace, place: str, act: Any) -> ResponseReturnValue:
    """Do it and go back to the members; what refuses it stands there, beside its field."""
    try:
        sentence = act()
    except ForbiddenError:
        raise
    except NotFoundError as error:
        wrong = error.message or _("This person is not in the group any more.")
        return _members_page(me, {place: wrong}), 422
    except DomainError as error:
        return _members_page(me, {place: error.message}), error.status, error.headers
    flash(sentence, "success")
    return redirect(url_for("messaging.members", conversation_id=me.conversation_id), 303)


def _new_page(given: Any, wrong: dict[str, str]) -> str:
    """With what was chosen and typed."""
    chosen = set(given.getlist("people"))
    q = given.get("q", "").strip()[:100]
    found = policy.available(current_user, q, limit=FOUND_MAX)
    if chosen:
        ids = {str(each.id) for each in found}
        others = policy.available(current_user, limit=groups.PARTICIPANTS_MAX * FOUND_MAX)
        found = [each for each in others if str(each.id) in chosen - ids] + found
    return render_template(
        "messaging/new_group.html",
        people=found,
        chosen=chosen,
        q=q,
        title=given.get("title", ""),
        client_id=given.get("client_id") or new_client_id(),
        wrong=wrong,
    )


def _members_page(me: FullPlace, wrong: dict[str, str]) -> str:
    company = participants.company_in(me)
    invited = groups.invited_to(me)
    is_admin = me.role is Role.ADMIN
    q = request.args.get("q", "").strip()[:100]
    there = {each.id for each in company.everyone} | {each.id for each in invited}
    found = policy.available(current_user, q, limit=FOUND_MAX + len(there)) if is_admin else []
    return render_template(
        "messaging/members.html",
        me=me,
        company=company,
        name=name_of(me, company),
        invited=invited,
        is_admin=is_admin,
        admins=sum(each.role == Role.ADMIN for each in company.everyone),
        people=[each for each in found if each.id not in there][:FOUND_MAX],
        q=q,
        title=request.form.get("title", me.title or ""),
        wrong=wrong,
        room=groups.PARTICIPANTS_MAX - len(there),
    )


def _to(conversation_id: int) -> ResponseReturnValue:
    return redirect(url_for("messaging.conversation", conversation_id=conversation_id), 303)
