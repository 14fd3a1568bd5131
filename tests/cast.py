"""The cast: Sam sells, Bea buys, Olly is the outsider. And how to be one of them."""

import re
import time

from flask import Flask, session
from flask.testing import FlaskClient
from flask_security import hash_password
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from marketplace.accounts import sign_ins
from marketplace.accounts.models import User
from marketplace.accounts.security import SIGN_IN_KEY, USED_KEY
from marketplace.catalogue import search
from marketplace.catalogue.models import Listing, Status
from marketplace.messaging import conversations, groups, messages
from marketplace.messaging.models import Participant
from marketplace.messaging.places import Place
from marketplace.storage.database import db, transaction

PASSWORD = "correct horse battery"


def person(app: Flask, name: str, email: str | None = None) -> User:
    """Somebody with an account; the password is ``PASSWORD``."""
    with app.app_context():
        user = User(
            name=name,
            email=email or f"{name.lower()}@example.com",
            password=_password_hash(),
            fs_uniquifier=f"uniquifier-of-{email or name}",
            active=True,
        )
        _add(user)
        return user


def browser_of(app: Flask, user: User) -> FlaskClient:
    """A browser in which this person is signed in."""
    client = app.test_client()
    with app.app_context():
        sign_in = sign_ins.start(user)
    with client.session_transaction() as cookie:
        cookie.permanent = True
        cookie["_user_id"] = user.fs_uniquifier
        cookie["_fresh"] = True
        cookie[SIGN_IN_KEY] = sign_in.id
        cookie[USED_KEY] = int(time.time())
    return client


def cookie_and_token(app: Flask, user: User) -> tuple[str, str]:
    """What a signed-in browser sends to a served site that shares this app's key and database."""
    with app.test_request_context():
        csrf_token = generate_csrf()
        contents = {
            "csrf_token": session["csrf_token"],
            "_user_id": user.fs_uniquifier,
            "_fresh": True,
            "_permanent": True,
            SIGN_IN_KEY: sign_ins.start(user).id,
            USED_KEY: int(time.time()),
        }
        serializer = app.session_interface.get_signing_serializer(app)
        name = app.config["SESSION_COOKIE_NAME"]
        return f"{name}={serializer.dumps(contents)}", csrf_token


def token(client: FlaskClient) -> str:
    """The CSRF token a page gives this browser."""
    page = client.get("/profile", follow_redirects=True).get_data(as_text=True)
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found, "the page carries no CSRF token"
    return found[1]


def listing(app: Flask, seller: User, title: str, status: Status = Status.AVAILABLE) -> int:
    """Something for sale; its id."""
    with app.app_context():
        item = Listing(
            seller_id=seller.id,
            title=title,
            description="Rides well.",
            price_minor=12_000,
            currency="EUR",
            status=status,
        )
        _put_up(item)
        return item.id


_hashes: list[str] = []


def _password_hash() -> str:
    if not _hashes:
        _hashes.append(hash_password(PASSWORD))
    return _hashes[0]


@transaction
def _put_up(item: Listing) -> None:
    db.session.add(item)
    db.session.flush()
    search.index(item)


@transaction
def _add(row: object) -> None:
    db.session.add(row)


def place_in(conversation_id: int) -> Place:
    """The place of somebody who sees all of a conversation."""
    taking_part = select(Participant.user_id).where(Participant.conversation_id == conversation_id)
    return Place(conversation_id, db.session.scalars(taking_part.limit(1)).one(), first_seq=0)


def meet(app: Flask, buyer: User, seller: User) -> int:
    """Have one ask the other about something, so that they know each other; the conversation."""
    item = listing(app, seller, f"Lamp of {seller.name}")
    with app.app_context():
        conversation_id = conversations.open_about(buyer, item)
        messages.send(buyer, conversation_id, "Is it there?", "met")
    return conversation_id


def group(app: Flask, admin: User, *members: User, title: str = "Family") -> int:
    """A group in which everybody is: the first as its admin."""
    for each in members:
        meet(app, admin, each)
    with app.app_context():
        conversation_id = groups.open_group(admin, [each.id for each in members], title)
        for each in members:
            groups.accept(each, conversation_id)
    return conversation_id
