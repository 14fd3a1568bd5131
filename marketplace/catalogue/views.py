"""The marketplace's pages: what is for sale, and selling."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.accounts import picture_room
from marketplace.accounts.guard import sign_in_required
from marketplace.accounts.models import User
from marketplace.catalogue import listings, prices, quota
from marketplace.catalogue.forms import ListingForm, state_of
from marketplace.catalogue.models import Status
from marketplace.catalogue.photos import photos
from marketplace.catalogue.quota import FullError
from marketplace.operations import limits
from marketplace.storage.images import Picture
from marketplace.texts.errors import (
    BusyError,
    DomainError,
    InvalidError,
    OutdatedError,
    TooManyError,
)
from marketplace.web import uploads

blueprint = Blueprint("catalogue", __name__)
blueprint.add_app_template_global(prices.price_label, "price_label")


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """The marketplace is where everybody begins."""
    return redirect(url_for(".browse"))


@blueprint.get("/marketplace")
def browse() -> ResponseReturnValue:
    """What is for sale, newest first, all of it or what a search finds."""
    query = request.args.get("q", "").strip()
    page = listings.browse(query, _page_number())
    return render_template("catalogue/browse.html", page=page, query=query)


@blueprint.get("/marketplace/mine")
@sign_in_required
def mine() -> ResponseReturnValue:
    """One's own listings in every state."""
    page = listings.browse_own(current_user, _page_number())
    return render_template("catalogue/mine.html", page=page)


@blueprint.get("/marketplace/<int:listing_id>")
def show(listing_id: int) -> ResponseReturnValue:
    """One listing: for its owner with what can be done, for others with the way to its seller."""
    viewer = _viewer()
    listing = listings.get_visible(viewer, listing_id)
    is_own = viewer is not None and viewer.id == listing.seller_id
    return render_template("catalogue/show.html", listing=listing, is_own=is_own)


@blueprint.route("/marketplace/new", methods=["GET", "POST"])
@sign_in_required
def new() -> ResponseReturnValue:
    """Put something up for sale."""
    form = ListingForm()
    try:
        if form.validate_on_submit():
            limits.LISTINGS.spend(limits.who_asks())
            quota.check(current_user)
            with photos.saved(_decoded(form)) as saved:
                listing = listings.create(current_user, form.details(), saved)
            flash(_("Your listing is online."), "success")
            return _to(listing.id)
    except InvalidError as error:
        form.refuse(error)
    except (TooManyError, BusyError, FullError) as error:
        return _not_now(error, "catalogue/new.html", form=form)
    return render_template("catalogue/new.html", form=form), _status_of(form)


@blueprint.route("/marketplace/<int:listing_id>/edit", methods=["GET", "POST"])
@sign_in_required
def edit(listing_id: int) -> ResponseReturnValue:
    """Change one's listing."""
    listing = listings.get_own(current_user, listing_id)
    form = ListingForm.of(listing)
    try:
        if form.validate_on_submit() and _edited(listing_id, form):
            flash(_("Your changes are saved."), "success")
            return _to(listing_id)
    except (TooManyError, BusyError) as error:
        return _not_now(error, "catalogue/edit.html", form=form, listing=listing)
    return render_template("catalogue/edit.html", form=form, listing=listing), _status_of(form)


@blueprint.post("/marketplace/<int:listing_id>/delete")
@sign_in_required
def delete(listing_id: int) -> ResponseReturnValue:
    """Withdraw one's listing. The page has asked before."""
    try:
        listings.withdraw(current_user, listing_id, seen=_seen_status())
    except OutdatedError as error:
        return _choose_again(listing_id, error)
    flash(_("Your listing is withdrawn. You can put it back at any time."), "success")
    return redirect(url_for(".mine"), 303)


@blueprint.post("/marketplace/<int:listing_id>/status")
@sign_in_required
def set_status(listing_id: int) -> ResponseReturnValue:
    """Say that it is available (again), reserved or sold."""
    try:
        status = Status(request.form.get("status", ""))
    except ValueError:
        raise InvalidError(_("There is no such status."), field="status") from None
    try:
        listings.set_status(current_user, listing_id, status, seen=_seen_status())
    except OutdatedError as error:
        return _choose_again(listing_id, error)
    flash(_("The status is changed."), "success")
    return _to(listing_id)


@blueprint.get("/photos/<name>")
def photo(name: str) -> Response:
    """A photo's file, large or as thumbnail.

    The name is random: the photos of a withdrawn listing stay readable for those who already
    have it, and for nobody else.
    """
    path = photos.get_file(name, thumb=request.args.get("size") == "thumb")
    return uploads.served(path, "public")


def _edited(listing_id: int, form: ListingForm) -> bool:
    """Store the changes; False when the form has to be shown again."""
    limits.CHANGES.spend(limits.who_asks())
    try:
        with photos.saved(_decoded(form)) as added:
            removed = form.remove.data or ()
            listings.edit(
                current_user,
                listing_id,
                form.details(),
                added=added,
                removed=removed,
                version=form.made_from,
            )
    except InvalidError as error:
        form.refuse(error)
        return False
    except OutdatedError:
        newest = listings.get_own(current_user, listing_id)
        form.tell_meanwhile(newest.version, state_of(newest))
        # When only its status or photos were changed, nothing is taken back.
        return not form.is_outdated and _edited(listing_id, form)
    return True


def _decoded(form: ListingForm) -> list[Picture]:
    """The form's photos. For somebody who has no room none is decoded."""
    if form.photos.data and not form.remove.data:
        picture_room.check(current_user, field="photos")
    return form.pictures


def _not_now(error: DomainError, template: str, **values: Any) -> ResponseReturnValue:
    """The form once more, with what was typed and why it is not stored."""
    values["form"].form_errors = [error.message]
    return render_template(template, **values), error.status, error.headers


def _seen_status() -> Status | None:
    """Where the listing stood on the page that sent this; None when it does not say."""
    seen = request.form.get("seen")
    return Status(seen) if seen in list(Status) else None


def _choose_again(listing_id: int, error: OutdatedError) -> ResponseReturnValue:
    """The listing's page as it is now, after a button of an older one."""
    flash(_("%(error)s Here you see how it stands now.", error=error.message), "warning")
    listing = listings.get_own(current_user, listing_id)
    page = render_template("catalogue/show.html", listing=listing, is_own=True)
    return page, error.status


def _to(listing_id: int) -> Response:
    return redirect(url_for(".show", listing_id=listing_id), 303)


def _viewer() -> User | None:
    return current_user if current_user.is_authenticated else None


def _page_number() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), listings.PAGES_MAX + 1)


def _status_of(form: ListingForm) -> int:
    if form.is_outdated:
        return OutdatedError.status
    return 422 if form.errors else 200
