"""Lines that tell what happened to a group, and to a conversation as a whole.

What is stored of one are the ids, and the names as they were: who reads it later, reads what
happened then.
"""

import enum
import json
from typing import Any

from flask_babel import gettext as _

from marketplace.accounts.models import User
from marketplace.messaging.kinds import MessageKind
from marketplace.messaging.models import Role
from marketplace.texts.rules import isolated


class GroupLine(enum.StrEnum):
    """The kinds of messages that are such a line."""

    CREATED = "group-created"
    INVITED = "invited"
    JOINED = "joined"
    LEFT = "left"
    REMOVED = "removed"
    RENAMED = "renamed"
    ROLE = "role"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    CLOSED = "closed"


def told(
    by: User | None,
    whom: tuple[int, str] | None = None,
    *,
    title: str | None = None,
    role: str | None = None,
) -> str:
    """What is stored of a line: by whom, if by somebody, and what else it tells."""
    data: dict[str, Any] = {"by": _person(by.id, by.name)} if by else {}
    if whom:
        data["user"] = _person(*whom)
    if title is not None:
        data["title"] = title
    if role:
        data["role"] = role
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _person(user_id: int, name: str) -> dict[str, Any]:
    return {"id": user_id, "name": name}


def _data(body: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body)
    return found


def _names(body: str) -> dict[str, Any]:
    data = _data(body)
    nobody = {"name": ""}
    return {
        "by": isolated(data.get("by", nobody)["name"]),
        "name": isolated(data.get("user", nobody)["name"]),
        "title": isolated(data.get("title") or ""),
    }


def _created(body: str) -> str:
    names = _names(body)
    if names["title"]:
        return str(_("%(by)s opened the group “%(title)s”.", **names))
    return str(_("%(by)s opened the group.", **names))


def _renamed(body: str) -> str:
    names = _names(body)
    if names["title"]:
        return str(_("%(by)s renamed the group to “%(title)s”.", **names))
    return str(_("%(by)s took the group's title away.", **names))


def _role(body: str) -> str:
    names = _names(body)
    if not names["by"]:
        return str(_("%(name)s is an admin now.", **names))
    if _data(body).get("role") == Role.ADMIN:
        return str(_("%(by)s made %(name)s an admin.", **names))
    return str(_("%(by)s made %(name)s a member again.", **names))


def _invited(body: str) -> str:
    return str(_("%(by)s invited %(name)s.", **_names(body)))


def _joined(body: str) -> str:
    return str(_("%(by)s joined.", **_names(body)))


def _left(body: str) -> str:
    return str(_("%(by)s left.", **_names(body)))


def _removed(body: str) -> str:
    return str(_("%(by)s removed %(name)s.", **_names(body)))


def _blocked(body: str) -> str:
    return str(_("%(by)s blocked this conversation.", **_names(body)))


def _unblocked(body: str) -> str:
    return str(_("%(by)s opened this conversation again.", **_names(body)))


def _closed(_body: str) -> str:
    return str(_("This conversation was closed by who runs the site."))


KINDS = (
    MessageKind(GroupLine.CREATED, "people", _created, _data),
    MessageKind(GroupLine.INVITED, "person-add", _invited, _data),
    MessageKind(GroupLine.JOINED, "person-add", _joined, _data),
    MessageKind(GroupLine.LEFT, "person-remove", _left, _data),
    MessageKind(GroupLine.REMOVED, "person-remove", _removed, _data),
    MessageKind(GroupLine.RENAMED, "edit", _renamed, _data),
    MessageKind(GroupLine.ROLE, "people", _role, _data),
    MessageKind(GroupLine.BLOCKED, "ban", _blocked, _data),
    MessageKind(GroupLine.UNBLOCKED, "sent", _unblocked, _data),
    MessageKind(GroupLine.CLOSED, "ban", _closed),
)
