"""Messages as HTML: the page, the history and the poll all take it from here.

There is one template. What it makes of messages that look alike differs in a few values, so that it
is rendered once for each look, with marks where the values go, and a message is what comes of
putting its own there. See docs/decisions/0006-one-template-for-a-message.md.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app, url_for
from flask_babel import gettext as _
from jinja2 import Template
from markupsafe import Markup, escape

from marketplace.messaging import kinds
from marketplace.messaging.messages import MessageItem
from marketplace.messaging.models import TEXT
from marketplace.messaging.participants import Company
from marketplace.messaging.places import Place
from marketplace.messaging.text import linkify
from marketplace.storage.database import iso
from marketplace.texts.rules import isolated
from marketplace.web.i18n import moment_label

GROUPED_WITHIN = timedelta(minutes=5)
LOOKS_KEPT = 1_000  # there are some dozens, in each language
MARK = re.compile(r"\ue000(\w+)\ue001")
VALUES = (
    *("seq", "version", "sender_id", "key", "name", "body", "pictures", "at", "moment"),
    *("avatar", "readers", "readers_url"),
)
MARKS = {name: Markup(f"\ue000{name}\ue001") for name in VALUES}  # noqa: S704 - of this file


class Look(NamedTuple):
    """What decides which words and elements there are. ``status`` is an own message's, None of
    another's; one that is not stored yet has no place either. ``icon`` is a line's. One of somebody
    whom the reader has blocked is ``folded`` in a group."""

    kind: str = TEXT
    icon: str | None = None
    status: str | None = None
    grouped: bool = False
    latest: bool = False
    is_staff: bool = False
    deleted: bool = False
    has_text: bool = True
    has_pictures: bool = False
    in_group: bool = False
    folded: bool = False


@dataclass(frozen=True)
class Entry:
    """A message in the log, and what stands before it: its day, the line above what is new."""

    html: Markup
    day: datetime | None
    is_first_new: bool


class Renderer:
    """Renders messages for one reader, in the language that is spoken."""

    def __init__(self, place: Place, company: Company) -> None:
        self._place = place
        self._reader_id = company.reader_id
        self._receipt_seq = company.receipt_seq
        self._company = company
        self._in_group = company.is_group
        self._folded = company.blocked_ids if company.is_group else frozenset()
        environment: Any = current_app.jinja_env
        self._language = environment.language
        self._template = environment.get_template("messaging/_message.html")

    def html(self, item: MessageItem, *, grouped: bool = False, latest: bool = False) -> Markup:
        """One message."""
        is_line, status = item.is_line, self._status(item)
        look = Look(  # in its order: by name it takes three times as long
            item.kind,
            kinds.find(item.kind).icon if is_line else None,
            status,
            grouped,
            latest,
            item.sender_is_staff,
            item.deleted,
            bool(item.body),
            bool(item.attachments),
            self._in_group,
            self._in_group and item.sender_id in self._folded,
        )
        own = status is not None
        values = {
            "seq": item.seq,
            "version": item.version,
            "sender_id": item.sender_id,
            "key": escape(item.client_id),
            "name": escape(isolated(item.sender_name)),
            "body": escape(item.body) if is_line else linkify(item.body),
            "pictures": self._pictures(item, own=own) if item.attachments else "",
            "at": iso(item.created_at),
            "moment": moment_label(item.created_at, self._language),
        }
        if self._in_group:
            values |= self._of_many(item, own=own)
        return Markup(_pattern(self._template, look) % values)  # noqa: S704 - all of it escaped

    def _of_many(self, item: MessageItem, *, own: bool) -> dict[str, Any]:
        """Who wrote it, or of one's own how many have read it."""
        if not own:
            return {"avatar": _avatar(self._template, item.sender_id, item.sender_name)}
        url = url_for(
            "messaging.readers", conversation_id=self._place.conversation_id, seq=item.seq
        )
        return {"readers": escape(readers_label(self._company, item.seq)), "readers_url": url}

    def as_json(self, item: MessageItem) -> dict[str, Any]:
        """The poll's form of a message."""
        return item.as_json() | {"html": self.html(item)}

    def unsent(self) -> Markup:
        """An own message that is not stored yet, for scripts to fill in."""
        values = dict.fromkeys(VALUES, "") | {"sender_id": self._reader_id}
        values["pictures"] = self._pictures(None, own=True)
        look = Look(status="sending", has_pictures=True, in_group=self._in_group)
        return Markup(_pattern(self._template, look) % values)  # noqa: S704 - all of it escaped

    def log(self, items: Sequence[MessageItem], read_seq: int) -> list[Entry]:
        """A page of them as it is without scripts: days in UTC, and the line before what is new.

        With scripts both are the page's own, in the reader's zone.
        """
        new = next((item.seq for item in items if item.seq > read_seq and self._counts(item)), 0)
        written = [item.seq for item in items if self._status(item) is not None]
        newest = written[-1] if written else 0
        entries = []
        for before, item in zip((None, *items), items, strict=False):
            same_day = before is not None and before.created_at.date() == item.created_at.date()
            is_first_new = item.seq == new
            grouped = same_day and not is_first_new and _is_close(before, item)
            html = self.html(item, grouped=grouped, latest=item.seq == newest)
            entries.append(Entry(html, None if same_day else item.created_at, is_first_new))
        return entries

    def _status(self, item: MessageItem) -> str | None:
        if item.sender_id != self._reader_id or item.is_line:
            return None
        return "read" if item.seq <= self._receipt_seq else "sent"

    def _counts(self, item: MessageItem) -> bool:
        return item.sender_id != self._reader_id and not item.is_line

    def _pictures(self, item: MessageItem | None, *, own: bool) -> str:
        template: Any = current_app.jinja_env.get_template("messaging/_attachments.html")
        return str(template.module.attachments(item or {}, own))


def _is_close(before: MessageItem | None, item: MessageItem) -> bool:
    """Whether it stands under the one before without a name and time of its own."""
    return (
        before is not None
        and not before.is_line
        and before.sender_id == item.sender_id
        and item.created_at - before.created_at < GROUPED_WITHIN
    )


def readers_label(company: Company, seq: int) -> str:
    """How many of a group have read an own message. The page's scripts keep it true, in the same
    words."""
    count = sum(each.has_read(seq) for each in company.others)
    if not count:
        return str(_("Sent"))
    if seq <= company.receipt_seq:
        return str(_("Read by all"))
    return str(_("Read by %(count)s", count=count))


def _avatar(template: Template, user_id: int, name: str) -> str:
    module: Any = template.module
    return str(module.sender_avatar(user_id, name))


@lru_cache(LOOKS_KEPT)
def _pattern(template: Template, look: Look) -> str:
    """What the template makes of this look, to be filled in by ``%``."""
    module: Any = template.module
    html = str(module.message(look, MARKS)).replace("%", "%%")
    return MARK.sub(r"%(\1)s", html)
