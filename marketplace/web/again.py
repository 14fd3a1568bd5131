"""What was typed into a form comes back with every answer that did not do what it was for.

One way for all forms: it knows what was sent, and not what that means. So it serves a page that
was out of date, a sign-in that had ended, a limit, what is gone meanwhile and a database that is
away alike, and a form that is added tomorrow.
"""

from dataclasses import dataclass
from typing import Any

from flask import current_app, g, request
from werkzeug.exceptions import HTTPException

from marketplace.web import bodies, origins

# Shown with their labels, by templates/errors/_again.html; all other fields go along unseen.
TYPED = ("name", "title", "price", "description", "body", "details")
SIGN_IN_EMAIL, SIGN_IN_PASSWORD = "sign_in_email", "sign_in_password"
_OURS = ("csrf_token", SIGN_IN_EMAIL, SIGN_IN_PASSWORD)

Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class SentForm:
    """A form as it was sent, without its token. Files are only named: a browser keeps none."""

    action: str
    typed: Fields
    hidden: Fields
    files: list[str]
    sign_in_email: str

    @property
    def has_text(self) -> bool:
        """Whether there is anything that somebody would have to write again."""
        return any(text.strip() for _name, text in self.typed)


def sent_form() -> SentForm | None:
    """The form that this request brings; None when it brings none.

    Nor is there one with a password in it, which never goes back, and none of another site's:
    what a stranger has filled in is not laid before somebody with a button below it.
    """
    if "typed_before" in g:
        return SentForm(request.path, g.typed_before, hidden=[], files=[], sign_in_email="")
    fields = _fields()
    if fields is None or origins.is_elsewhere():
        return None
    files = [name for name, file in request.files.items(multi=True) if file.filename]
    if any("password" in name for name, _text in fields if name not in _OURS):
        return None
    given = [(name, text) for name, text in fields if name not in _OURS]
    return SentForm(
        action=request.full_path.removesuffix("?"),
        typed=[field for field in given if field[0] in TYPED],
        hidden=[field for field in given if field[0] not in TYPED],
        files=list(dict.fromkeys(files)),
        sign_in_email=dict(fields).get(SIGN_IN_EMAIL, ""),
    )


def bring_back(**typed: str) -> None:
    """Count these texts as what this request brings: they were typed before it, and kept."""
    g.typed_before = list(typed.items())


def brings_sign_in() -> bool:
    """Whether the form that this request brings is one of these, with the sign-in filled in."""
    return SIGN_IN_PASSWORD in dict(_fields() or [])


def is_for_people() -> bool:
    """Whether this request's view is only for who is signed in; see ``accounts/guard.py``."""
    view: Any = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "is_for_people", False)


def _fields() -> Fields | None:
    """What a form brings; None where there is none, or one that is too large to be read."""
    if request.method != "POST":
        return None
    try:
        bodies.check()
        return list(request.form.items(multi=True))
    except HTTPException:
        return None
