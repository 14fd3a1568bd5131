"""What has happened before a page is opened: put in by the verbs, not by clicking."""

import io
import itertools
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Flask
from playwright.sync_api import APIResponse, BrowserContext
from sqlalchemy import select, update

from marketplace.accounts.models import User
from marketplace.catalogue import listings
from marketplace.catalogue.models import Status
from marketplace.messaging import conversations, messages
from marketplace.messaging.models import Message
from marketplace.storage.database import db, transaction
from tests import cast
from tests.browser.visitor import Visitor
from tests.catalogue.uploads import jpeg

_numbers = itertools.count(1)


class Stage:
    """The served site's application in this process: the same key, the same database."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def person(self, name: str, **settings: Any) -> User:
        """Somebody new, with these columns."""
        address = f"{name.lower()}{next(_numbers)}@stage.example.com"
        user = cast.person(self.app, name, address)
        if settings:
            self.change(user, **settings)
        return user

    @transaction
    def _change(self, user: User, settings: dict[str, Any]) -> None:
        db.session.execute(update(User).where(User.id == user.id).values(settings))

    def change(self, user: User, **settings: Any) -> None:
        """Change columns of a person."""
        with self.app.app_context():
            self._change(user, settings)

    def listing(self, seller: User, title: str, photo: bytes | None = None) -> int:
        """Something for sale, with a photo; its id."""
        client = cast.browser_of(self.app, seller)
        form = {
            "csrf_token": cast.token(client),
            "title": title,
            "description": "Rides well.",
            "price": "120",
            "currency": "EUR",
            "photos": (io.BytesIO(photo or jpeg()), "photo.jpg"),
        }
        answer = client.post("/marketplace/new", data=form)
        assert answer.status_code == 303, answer.text
        return int(answer.location.rpartition("/")[2])

    def put(self, seller: User, listing: int, status: Status) -> None:
        """Say where a listing stands."""
        with self.app.test_request_context():
            listings.set_status(seller, listing, status)

    def talk(
        self, buyer: User, seller: User, title: str = "Red bicycle", photo: bytes | None = None
    ) -> "Talk":
        """A conversation about something new, still without a message."""
        listing = self.listing(seller, title, photo)
        with self.app.app_context():
            return Talk(self, listing, conversations.open_about(buyer, listing))


class Talk:
    """A conversation, going on without its people's windows."""

    def __init__(self, stage: Stage, listing: int, conversation: int) -> None:
        self.listing = listing
        self.id = conversation
        self.path = f"/messages/{conversation}"
        self._stage = stage

    def say(self, who: User, *texts: str) -> None:
        """Write these, one after the other."""
        with self._stage.app.test_request_context():
            for text in texts:
                messages.send(who, self.id, text, f"stage-{next(_numbers)}")

    def show(self, who: User, picture: bytes, text: str = "") -> None:
        """Send a picture."""
        client = cast.browser_of(self._stage.app, who)
        headers = {"X-CSRFToken": cast.token(client)}
        file = {"file": (io.BytesIO(picture), "picture.jpg")}
        stored = client.post("/api/v1/attachments", data=file, headers=headers)
        assert stored.status_code == 201, stored.text
        message = {"body": text, "attachment_ids": [stored.json["id"]]}
        path = f"/api/v1/conversations/{self.id}/messages"
        answer = client.post(path, json=message, headers=headers)
        assert answer.status_code == 201, answer.text

    def read(self, who: User, seq: int) -> None:
        """Have somebody seen all up to here."""
        with self._stage.app.app_context():
            conversations.mark_read(who, self.id, seq)

    def date(self, moments: Iterable[datetime]) -> None:
        """Set when the first messages were written."""
        with self._stage.app.app_context():
            self._date(moments)

    def stored(self) -> list[tuple[str, str]]:
        """Client id and text of every message, in order."""
        with self._stage.app.app_context():
            rows = db.session.execute(
                select(Message.client_id, Message.body)
                .where(Message.conversation_id == self.id)
                .order_by(Message.seq)
            )
            return [(client_id, body) for client_id, body in rows]

    @transaction
    def _date(self, moments: Iterable[datetime]) -> None:
        for seq, moment in enumerate(moments, 1):
            db.session.execute(
                update(Message)
                .where(Message.conversation_id == self.id, Message.seq == seq)
                .values(created_at=moment)
            )


class Person(Visitor):
    """Somebody from the stage in front of a browser, signed in already."""

    def __init__(self, context: BrowserContext, site: str, stage: Stage, user: User) -> None:
        super().__init__(context, site)
        self.user = user
        self.email = user.email
        cookie, self._token = cast.cookie_and_token(stage.app, user)
        name, _, value = cookie.partition("=")
        self.cookie = {"name": name, "value": value, "url": site}
        context.add_cookies([self.cookie])

    def ask(self, method: str, path: str, **content: Any) -> APIResponse:
        """A request as the page's scripts would send it."""
        return self.context.request.fetch(
            path, method=method, headers={"X-CSRFToken": self._token}, **content
        )
