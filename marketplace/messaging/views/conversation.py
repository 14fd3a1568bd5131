"""The conversation page, and writing and reading without scripts."""

from typing import Any

from flask import current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.accounts.guard import sign_in_required
from marketplace.messaging import (
    actions,
    conversation_blocks,
    conversations,
    inbox,
    messages,
    participants,
    places,
    policy,
)
from marketplace.messaging.attachments import unsent
from marketplace.messaging.forms import MessageForm, new_client_id
from marketplace.messaging.places import FullPlace
from marketplace.messaging.views.blueprint import messaging
from marketplace.messaging.views.groups import name_of
from marketplace.messaging.views.numbers import number_argument
from marketplace.messaging.views.rendering import Renderer
from marketplace.operations import limits
from marketplace.storage.database import BIGGEST
from marketplace.texts.errors import BusyError, ConflictError, InvalidError, TooManyError

PAGE_LIMIT = 1000  # messages on one page, however far back somebody without scripts goes


@messaging.get("/messages/<int:conversation_id>", endpoint="conversation")
@sign_in_required
def show(conversation_id: int) -> str:
    """The newest messages, a place to write, and the cursor the page polls from.

    Without scripts ``?before=<seq>`` adds the messages before that place to those shown already.
    """
    before = number_argument("before", default=BIGGEST)
    me = places.get_for(current_user, conversation_id)
    shown = max(0, me.seq - before + 1)
    limit = min(shown + messages.PAGE_SIZE, PAGE_LIMIT)
    return _page(me, MessageForm(formdata=None), limit)


@messaging.post("/messages/<int:conversation_id>", endpoint="send")
@sign_in_required
def send(conversation_id: int) -> ResponseReturnValue:
    """Store what the form brings; with an error the form comes back with the text."""
    form = MessageForm()
    body = form.body.data or ""
    client_id = form.client_id.data or new_client_id()
    try:
        limits.SENDING.spend(f"user {current_user.id}")
        attachment_ids = _uploaded(form, conversation_id)
        messages.send(current_user, conversation_id, body, client_id, attachment_ids)
    except ConflictError:
        if not _was_sent(form, conversation_id, client_id):
            raise
    except (InvalidError, TooManyError, BusyError) as error:
        form.refuse(error)
        me = places.get_for(current_user, conversation_id)
        return _page(me, form), error.status, error.headers
    except policy.ClosedError as error:
        me = places.get_for(current_user, conversation_id)
        return _page(me, form), error.status
    return _back_to(conversation_id)


@messaging.post("/messages/<int:conversation_id>/read", endpoint="read")
@sign_in_required
def mark_read(conversation_id: int) -> ResponseReturnValue:
    """What scripts do when a message is on the screen, as a button."""
    seq = request.form.get("seq", type=int)
    conversations.mark_read(
        current_user, conversation_id, BIGGEST if seq is None else min(max(seq, 0), BIGGEST)
    )
    return _back_to(conversation_id)


@messaging.get("/messages/<int:conversation_id>/history", endpoint="history")
@sign_in_required
def history(conversation_id: int) -> ResponseReturnValue:
    """The messages before a place, oldest first, in the poll's form."""
    me = places.get_for(current_user, conversation_id)
    before = number_argument("before", default=BIGGEST)
    # Up to what was there when the place was looked up: who goes meanwhile sees no more.
    items, has_more = messages.latest(me, before=min(before, me.seq + 1))
    company = participants.company_in(me)
    renderer = Renderer(me, company)
    found = [renderer.as_json(item) for item in company.as_told(items)]
    return jsonify(messages=found, has_more=has_more)


def _uploaded(form: Any, conversation_id: int) -> list[str]:
    """The ids of the form's pictures. For a message that cannot be sent none is decoded."""
    if not form.images.data:
        return []
    policy.check_may_write(current_user, conversation_id)
    messages.clean_body(form.body.data or "", may_be_blank=True)
    unsent.check_room(current_user)
    return [unsent.upload(current_user, picture).id for picture in form.pictures()]


def _was_sent(form: Any, conversation_id: int, client_id: str) -> bool:
    """Whether this is a form with pictures sent twice: the second time they have other ids."""
    item = messages.find_by_client_id(places.get_for(current_user, conversation_id), client_id)
    if item is None or not form.images.data:
        return False
    body = messages.clean_body(form.body.data or "", may_be_blank=True)
    return item.body == body and len(item.attachments) == len(form.images.data)


def _back_to(conversation_id: int) -> ResponseReturnValue:
    return redirect(url_for("messaging.conversation", conversation_id=conversation_id), 303)


def _page(me: FullPlace, form: Any, limit: int = messages.PAGE_SIZE) -> str:
    """The page. ``me`` was read before the messages, and so was the cursor with it: what is
    stored in between comes with the first poll."""
    items, has_older = messages.latest(me, before=me.seq + 1, limit=limit)
    company = participants.company_in(me)
    renderer = Renderer(me, company)
    received = [item.seq for item in items if item.sender_id != me.user_id]
    return render_template(
        "messaging/conversation.html",
        reader=current_user,
        other=None if me.is_group else company.other,
        name=name_of(me, company),
        others=company.others,
        count=len(company.everyone),
        actions=actions.offered(me),
        log=renderer.log(company.as_told(items), me.read_seq),
        older=items[0].seq if has_older else None,
        received_seq=received[-1] if received else 0,
        unsent=renderer.unsent(),
        me=me,
        closed=company.closed,
        blocked=not me.is_group and bool(company.blocked_ids),
        may_block=not company.closed and conversation_blocks.may_block(me),
        may_unblock=me.blocked and conversation_blocks.may_unblock(me),
        interval=current_app.config["POLL_INTERVAL"],
        form=form,
        inbox=inbox.inbox_of(current_user),
    )
