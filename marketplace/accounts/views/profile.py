"""The profile, and the language of the pages."""

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from config import LANGUAGES
from marketplace.accounts import people, sections, sign_ins
from marketplace.accounts.forms import ProfileForm
from marketplace.accounts.guard import sign_in_required
from marketplace.accounts.security import current_sign_in_id
from marketplace.accounts.views.pages import blueprint, onward, page, text
from marketplace.operations import limits
from marketplace.texts.errors import InvalidError, MalformedError, OutdatedError
from marketplace.web.i18n import LANGUAGE_KEY


@blueprint.route("/profile", methods=["GET", "POST"])
@sign_in_required
def profile() -> ResponseReturnValue:
    """One's name, language and settings, and the way to the rest."""
    people.read_again(current_user)
    form = ProfileForm.of(current_user)
    if form.validate_on_submit() and _edited(form):
        session.pop(LANGUAGE_KEY, None)  # chosen for this browser before; the profile counts now
        flash(_("Your profile is stored."), "success")
        return redirect(url_for(".profile"), 303)
    others = [each for each in sign_ins.list_of(current_user) if each.id != current_sign_in_id()]
    return page(
        "profile",
        form,
        others=others,
        name_of=sign_ins.name_of,
        sections=sections.rendered(current_user),
    )


def _edited(form: ProfileForm) -> bool:
    """Store the changes; False when the form has to be shown again."""
    limits.PROFILES.spend(limits.who_asks())
    try:
        people.edit_profile(
            current_user,
            text(form.name),
            form.language.data or None,
            form.preferences,
            version=form.made_from,
        )
    except OutdatedError:
        form.tell_meanwhile(current_user.version, form.state_of(current_user))
        return not form.is_outdated and _edited(form)
    except InvalidError as error:
        form[error.field].errors = [error.message]
        return False
    return True


@blueprint.post("/profile/sign-ins")
@sign_in_required
def end_sign_ins() -> ResponseReturnValue:
    """Sign out in one other browser, or in all but this one."""
    name = request.form.get("sign_in")
    if name:
        sign_ins.end_named(current_user, name)
        flash(_("You are signed out there."), "success")
    else:
        sign_ins.end_all(current_user, but=current_sign_in_id())
        flash(_("You are signed out in all other browsers."), "success")
    return redirect(url_for(".profile"), 303)


@blueprint.post("/language")
def language() -> ResponseReturnValue:
    """Choose the pages' language, signed in or not."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        raise MalformedError(_("The pages do not come in this language."))
    session[LANGUAGE_KEY] = chosen
    if current_user.is_authenticated:
        people.set_locale(current_user, chosen)
    return onward()
