"""What a person has to be to another so that they may write to each other: one class, named by the
setting ``MESSAGING_POLICY``. The guard that asks it is ``policy.py``.

The marketplace's is here. ``docs/examples/clinic.py`` is another: patients and their doctors.
"""

from abc import ABC, abstractmethod
from importlib import import_module
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, String, func, select, type_coerce
from sqlalchemy.orm import aliased

from config import ConfigError
from marketplace.accounts.models import User
from marketplace.catalogue.models import Listing, Status
from marketplace.messaging.models import Participant
from marketplace.texts.errors import ForbiddenError

REGISTERED = "relation"


class Relation(ABC):
    """Who may write to whom. Its answers are parts of statements, so that the guard asks for all
    of it at once, under the lock under which it writes.

    Blocks are none of its business: the guard knows them.
    """

    @abstractmethod
    def between(self, me_id: Any, other_id: Any) -> ColumnElement[Any]:
        """Of two about a listing, in a statement that has ``Listing``: NULL while they may write,
        or anything that :meth:`refusal` makes a sentence of. Ids or columns."""

    def standing(self, me_id: Any, other_id: Any) -> ColumnElement[Any]:
        """The same of somebody in a conversation, in a statement that has ``Conversation`` too. In
        a group there is no listing, and ``other_id`` is NULL: where nothing is asked of who is in,
        since everybody was invited by somebody who may write to them, it has to be NULL there."""
        return self.between(me_id, other_id)

    @abstractmethod
    def refusal(self, standing: Any) -> str | None:
        """Why nobody writes, as a sentence in the language that is spoken; None for one that
        refuses nothing."""

    def closed_to_all(self, _listing: Listing) -> str | None:
        """Why nobody at all may ask about a listing, for who is not signed in; None when somebody
        may."""
        return None

    def check_may_open(self, user: User, listing: Listing) -> None:
        """Whether this person may ask about a listing, besides what :meth:`between` says.

        :raises ForbiddenError: with the sentence.
        """
        if listing.seller_id == user.id:
            raise ForbiddenError(_("This is your own listing."))

    @abstractmethod
    def available(self, user_id: Any) -> Select[int, str]:
        """The ids of those whom this person may invite into a group, each once, and what each is to
        them, in one word for programs. One statement; the guard leaves out blocked ones."""


class Marketplace(Relation):
    """A buyer writes about a listing that they can see, and both go on while it is open. Into a
    group one invites whom one has a conversation with: nobody is found who was not met."""

    def between(self, _me_id: Any, _other_id: Any) -> ColumnElement[Any]:
        """The listing's status: it says so itself whether it refuses."""
        status: ColumnElement[Any] = Listing.status  # type: ignore[assignment]  # is one, mapped
        return status

    def refusal(self, standing: Any) -> str | None:
        """What is sold or taken down is closed to everybody."""
        if standing is Status.SOLD:
            return str(_("This listing is sold; nobody can write about it any more."))
        if standing is Status.WITHDRAWN:
            return str(_("This listing was taken down; nobody can write about it any more."))
        return None

    def closed_to_all(self, listing: Listing) -> str | None:
        """The same as to each."""
        return self.refusal(listing.status)

    def available(self, user_id: Any) -> Select[int, str]:
        """Whom one has a conversation with, as what they are in it."""
        mine, theirs = aliased(Participant), aliased(Participant)
        return (
            select(theirs.user_id, type_coerce(func.min(theirs.role), String))
            .join_from(mine, theirs, theirs.conversation_id == mine.conversation_id)
            .where(
                mine.user_id == user_id,
                mine.left_at.is_(None),
                theirs.left_at.is_(None),
                theirs.user_id != user_id,
            )
            .group_by(theirs.user_id)
        )


def init_app(app: Flask) -> None:
    """Make the one that the settings name.

    :raises config.ConfigError: when there is none of that name.
    """
    path = app.config["MESSAGING_POLICY"]
    module, _dot, name = path.rpartition(".")
    try:
        made = getattr(import_module(module), name)()
    except (ImportError, AttributeError, TypeError) as error:
        raise ConfigError(f"MESSAGING_POLICY is '{path}', which cannot be used: {error}.") from None
    if not isinstance(made, Relation):
        raise ConfigError(f"MESSAGING_POLICY is '{path}', which is no {Relation.__name__}.")
    app.extensions[REGISTERED] = made


def relation() -> Relation:
    """The one that holds here."""
    found: Relation = current_app.extensions[REGISTERED]
    return found
