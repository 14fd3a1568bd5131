"""The tutorial's application."""

import os
from typing import Any

from flask import Flask, abort, jsonify, render_template_string, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_required, login_user
from flask_wtf.csrf import CSRFProtect, generate_csrf
from sqlalchemy import and_, func, or_, select, update

from bench.naive.models import Block, Conversation, Message, NamedMessage, Typing, User, _now, db

INBOX = """<!doctype html><title>Inbox</title><h1>Inbox</h1><ul>
{% for conversation, last, unread in rows %}
<li><a href="{{ url_for('messages', conversation_id=conversation.id) }}">
{{ conversation.title }}, {{ conversation.buyer.name }}</a>
<p>{{ last.body }}</p><time>{{ last.created_at }}</time>
{% if unread %}<b class="badge">{{ unread }}</b>{% endif %}</li>
{% endfor %}</ul>"""

CONVERSATION = """<!doctype html><title>{{ conversation.title }}</title>
<h1>{{ conversation.title }}, {{ conversation.buyer.name }}</h1><ol>
{% for message in messages %}
<li id="m{{ message.id }}"{% if message.sender_id == current_user.id %} class="own"{% endif %}>
<b>{{ message.sender.name }}</b><p>{{ message.body }}</p><time>{{ message.created_at }}</time>
{% if message.is_read %}<i>Read</i>{% endif %}</li>
{% endfor %}</ol>
<form method="post"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
<textarea name="body"></textarea><button>Send</button></form>"""
PAGE_SIZE = 50

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
db.init_app(app)
CSRFProtect(app)
login_manager = LoginManager(app)


@login_manager.user_loader
def load_user(user_id: str) -> User | None:
    """The one in the session."""
    return db.session.get(User, int(user_id))


@app.get("/login/<int:user_id>")
def login(user_id: int) -> ResponseReturnValue:
    """The one thing that is no tutorial's: without a password."""
    login_user(db.get_or_404(User, user_id))
    return jsonify(csrf_token=generate_csrf())


@app.get("/conversations/<int:conversation_id>")
@login_required
def show(conversation_id: int) -> ResponseReturnValue:
    """The newest messages, oldest first."""
    conversation = _conversation(conversation_id)
    newest = db.session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation.id)
        .order_by(Message.id.desc())
        .limit(PAGE_SIZE)
    ).all()
    return render_template_string(CONVERSATION, conversation=conversation, messages=newest[::-1])


@app.get("/conversations/<int:conversation_id>/messages")
@login_required
def messages(conversation_id: int) -> ResponseReturnValue:
    """The poll, which tells what ours tells: what came after the last one the page has, who
    takes part, and how much is unread."""
    conversation = _conversation(conversation_id)
    since = request.args.get("since", 0, type=int)
    found = db.session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.id > since)
        .order_by(Message.id)
    )
    people = (conversation.buyer, conversation.seller)
    return jsonify(
        messages=[_as_dict(message) for message in found],
        participants=[{"id": each.id, "name": each.name} for each in people],
        unread=_count_unread(),
    )


@app.post("/conversations/<int:conversation_id>/messages")
@login_required
def send(conversation_id: int) -> ResponseReturnValue:
    """Store and tell what was stored."""
    conversation = _conversation(conversation_id)
    body = request.get_json().get("body", "").strip()
    if not body:
        return jsonify(error="Message cannot be empty"), 400
    message = Message(conversation_id=conversation.id, sender_id=current_user.id, body=body)
    conversation.updated_at = _now()
    db.session.add(message)
    db.session.commit()
    return jsonify(_as_dict(message)), 201


@app.post("/conversations/<int:conversation_id>/named-messages")
@login_required
def send_by_our_rules(conversation_id: int) -> ResponseReturnValue:
    """The same with what ours holds to as well: for sale, not blocked, stored once, counted as
    unread, brought back from the archive."""
    conversation = _conversation(conversation_id)
    given = request.get_json()
    body = given.get("body", "").strip()
    if not body:
        return jsonify(error="Message cannot be empty"), 400
    if conversation.listing.status in ("sold", "withdrawn"):
        return jsonify(error="No longer for sale"), 403
    others = {conversation.buyer_id, conversation.seller_id} - {current_user.id}
    if _is_blocked(current_user.id, others.pop()):
        return jsonify(error="Blocked"), 403
    found = db.session.scalar(
        select(NamedMessage).filter_by(
            conversation_id=conversation.id,
            sender_id=current_user.id,
            client_id=given["client_id"],
        )
    )
    if found is not None:
        return jsonify(_as_dict(found))
    message = NamedMessage(
        conversation_id=conversation.id,
        sender_id=current_user.id,
        client_id=given["client_id"],
        body=body,
    )
    for participant in conversation.participants:
        participant.archived = False
        participant.last_activity_at = _now()
        if participant.user_id != current_user.id:
            participant.unread += 1
    conversation.updated_at = _now()
    db.session.add(message)
    db.session.commit()
    return jsonify(_as_dict(message)), 201


@app.post("/conversations/<int:conversation_id>/read")
@login_required
def mark_read(conversation_id: int) -> ResponseReturnValue:
    """All that the other wrote."""
    conversation = _conversation(conversation_id)
    db.session.execute(
        update(Message)
        .where(
            Message.conversation_id == conversation.id,
            Message.sender_id != current_user.id,
            Message.is_read.is_(False),
        )
        .values(is_read=True)
    )
    db.session.commit()
    return "", 204


@app.post("/conversations/<int:conversation_id>/typing")
@login_required
def note_typing(conversation_id: int) -> ResponseReturnValue:
    """That somebody writes just now. The poll does not tell it, which would cost a statement."""
    conversation = _conversation(conversation_id)
    db.session.merge(Typing(conversation_id=conversation.id, user_id=current_user.id, at=_now()))
    db.session.commit()
    return "", 204


@app.get("/unread")
@login_required
def unread() -> ResponseReturnValue:
    """The badge."""
    return jsonify(unread=_count_unread())


@app.get("/inbox")
@login_required
def inbox() -> ResponseReturnValue:
    """Everything, newest first, with subqueries for the last message and the unread ones."""
    last_id = (
        select(func.max(Message.id))
        .where(Message.conversation_id == Conversation.id)
        .correlate(Conversation)
        .scalar_subquery()
    )
    count = (
        select(func.count(Message.id))
        .where(
            Message.conversation_id == Conversation.id,
            Message.sender_id != current_user.id,
            Message.is_read.is_(False),
        )
        .correlate(Conversation)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Conversation, Message, count)
        .join(Message, Message.id == last_id)
        .where(_is_mine())
        .order_by(Message.created_at.desc())
        .limit(25)
    ).all()
    return render_template_string(INBOX, rows=rows)


def _count_unread() -> int:
    mine = select(Conversation.id).where(_is_mine())
    count = select(func.count(Message.id)).where(
        Message.conversation_id.in_(mine),
        Message.sender_id != current_user.id,
        Message.is_read.is_(False),
    )
    return db.session.scalar(count) or 0


def _is_blocked(one: int, other: int) -> bool:
    either = or_(
        and_(Block.blocker_id == one, Block.blocked_id == other),
        and_(Block.blocker_id == other, Block.blocked_id == one),
    )
    return db.session.scalar(select(Block).where(either)) is not None


def _conversation(conversation_id: int) -> Conversation:
    conversation: Conversation = db.get_or_404(Conversation, conversation_id)
    if current_user.id not in (conversation.buyer_id, conversation.seller_id):
        abort(403)
    return conversation


def _is_mine() -> Any:
    return or_(Conversation.buyer_id == current_user.id, Conversation.seller_id == current_user.id)


def _as_dict(message: Message | NamedMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "sender": {"id": message.sender.id, "name": message.sender.name},
        "body": message.body,
        "created_at": message.created_at.isoformat(),
        "is_read": message.is_read,
    }
