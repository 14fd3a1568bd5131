"""A small feature, as one looks that stands above messaging: two shake hands on a price.

It has a kind of message, an action in the head of a conversation, a page and a section of the
profile, and messaging does not know it.
"""

from flask import Blueprint, Flask, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from marketplace.accounts import sections
from marketplace.accounts.guard import sign_in_required
from marketplace.accounts.models import User
from marketplace.messaging import actions, kinds, messages, places, policy
from marketplace.messaging.actions import Action
from marketplace.messaging.kinds import MessageKind
from marketplace.messaging.places import FullPlace

KIND = "handshake"
COUNTING = "handshake-wanted"

blueprint = Blueprint("handshakes", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    kinds.register(
        app,
        MessageKind(KIND, "sent", _sentence, lambda price: {"price": int(price)}),
        MessageKind(COUNTING, "sent", lambda _body: "Shake hands?", counts=True),
    )
    actions.register(app, _action)
    sections.register(app, _section)


@blueprint.get("/messages/<int:conversation_id>/handshake/<int:price>")
@sign_in_required
def shake(conversation_id: int, price: int) -> ResponseReturnValue:
    policy.check_may_write(current_user, conversation_id)
    messages.tell(places.get_for(current_user, conversation_id), KIND, str(price))
    return redirect(url_for("messaging.conversation", conversation_id=conversation_id))


@blueprint.get("/messages/<int:conversation_id>/handshake")
@sign_in_required
def ask(conversation_id: int) -> ResponseReturnValue:
    messages.tell(places.get_for(current_user, conversation_id), COUNTING)
    return redirect(url_for("messaging.conversation", conversation_id=conversation_id))


def _sentence(price: str) -> str:
    return f"You shook hands on {price}."


def _action(place: FullPlace) -> Action | None:
    if place.listing is None:
        return None
    price = place.listing.price_minor
    address = url_for("handshakes.shake", conversation_id=place.conversation_id, price=price)
    return Action("Shake hands", "tag", address)


def _section(user: User) -> Markup:
    return Markup("<h2>Handshakes of {}</h2>").format(user.name)
