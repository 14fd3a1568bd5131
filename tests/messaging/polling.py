"""Asking the poll, and what it says about somebody."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from marketplace.storage.database import db, transaction, utcnow


def ask(client: FlaskClient, conversation: int, tag: str | None = None) -> TestResponse:
    """Everything in the conversation; 304 when nothing changed since the answer of this tag."""
    return client.get(
        f"/messages/{conversation}/poll",
        headers={"If-None-Match": tag} if tag else {},
    )


def told(client: FlaskClient, conversation: int, about: User) -> dict[str, Any]:
    """What this reader is told about somebody."""
    news: Any = ask(client, conversation).json
    return next(each for each in news["participants"] if each["id"] == about.id)


def change(app: Flask, user: User, **columns: object) -> None:
    """Set something of a person, as their profile page does."""
    with app.app_context():
        _store(user, columns)


def seen(app: Flask, user: User, **ago: float) -> None:
    """Have somebody been here so long ago, in ``timedelta``'s words."""
    change(app, user, last_seen_at=utcnow() - timedelta(**ago))


@transaction
def _store(user: User, columns: dict[str, object]) -> None:
    db.session.execute(update(User).where(User.id == user.id).values(**columns))
