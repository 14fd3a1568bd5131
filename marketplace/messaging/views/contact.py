"""Contact seller: from a listing to the conversation about it."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.accounts.guard import sign_in_required
from marketplace.catalogue import listings
from marketplace.catalogue.models import Listing
from marketplace.messaging import conversations, messages, policy
from marketplace.messaging.forms import MessageForm, new_client_id
from marketplace.messaging.views.blueprint import messaging
from marketplace.operations import limits
from marketplace.texts.errors import InvalidError, NotFoundError, TooManyError
from marketplace.web import again

KEPT = "contact"
KEPT_LIMIT_BYTES = 2000  # the session is a cookie, and browsers keep about 4,000 bytes of one


@dataclass(frozen=True)
class ContactState:
    """What the listing page says about writing to its seller."""

    conversation_id: int | None
    closed: str | None


@messaging.post("/marketplace/<int:listing_id>/contact", endpoint="contact")
def contact(listing_id: int) -> ResponseReturnValue:
    """Find or open the conversation, send the text if there is one, and go there."""
    form = MessageForm()
    body = form.body.data or ""
    try:
        if not current_user.is_authenticated and _fits_into_cookie(body):
            return _sign_in_first(listing_id, form, body)
        return _contact(listing_id, form, body)
    except NotFoundError:
        # The same for one that is withdrawn and one that never was.
        raise NotFoundError(_("This listing is not here, or not any more.")) from None


@sign_in_required
def _contact(listing_id: int, form: Any, body: str) -> ResponseReturnValue:
    try:
        body = messages.clean_body(body, may_be_blank=True)
        limits.SENDING.spend(f"user {current_user.id}")
        conversation_id = conversations.open_about(current_user, listing_id)
        if body:
            client_id = form.client_id.data or new_client_id()
            messages.send(current_user, conversation_id, body, client_id)
    except (InvalidError, TooManyError, policy.ClosedError) as error:
        form.body.errors = [error.message]
        page = _page(listings.get_visible(current_user, listing_id), form)
        return page, error.status, error.headers
    session.pop(KEPT, None)
    return redirect(url_for("messaging.conversation", conversation_id=conversation_id), 303)


@messaging.get("/marketplace/<int:listing_id>/contact", endpoint="contact_form")
@sign_in_required
def show(listing_id: int) -> ResponseReturnValue:
    """Where somebody who had to sign in first finds their text again, one click from sent."""
    kept = session.get(KEPT) or {}
    form = MessageForm(formdata=None)
    if kept.get("listing_id") == listing_id:
        form = MessageForm(formdata=None, body=kept["body"], client_id=kept["client_id"])
        again.bring_back(body=kept["body"])
    listing = listings.get_visible(current_user, listing_id)
    policy.check_may_open(current_user, listing)
    return _page(listing, form)


def contact_state(listing: Listing) -> ContactState | None:
    """For the listing page: None for its owner, who does not write to themselves."""
    if not current_user.is_authenticated:
        return ContactState(None, policy.closed_listing(listing))
    if listing.seller_id == current_user.id:
        return None
    return ContactState(
        conversations.find_about(current_user, listing),
        policy.closed_about(current_user, listing),
    )


def _fits_into_cookie(body: str) -> bool:
    """A longer one stays on the page, with fields to sign in."""
    return len(body.encode(errors="replace")) <= KEPT_LIMIT_BYTES


def _sign_in_first(listing_id: int, form: Any, body: str) -> ResponseReturnValue:
    """To the sign-in and back."""
    listings.get_visible(None, listing_id)
    session[KEPT] = {
        "listing_id": listing_id,
        "body": body,
        "client_id": form.client_id.data or new_client_id(),
    }
    back = url_for("messaging.contact_form", listing_id=listing_id)
    return redirect(url_for("accounts.login", next=back), 303)


def _page(listing: Listing, form: Any) -> str:
    return render_template("messaging/contact.html", listing=listing, form=form)
