"""The letters that people are sent, and the links in them."""

import email
import re
from email.message import EmailMessage
from email.policy import default as policy
from functools import cache
from pathlib import Path

from flask import Flask

from config import Settings
from marketplace import create_app
from marketplace.storage.database import db
from marketplace.work import jobs
from tests.servers import Server


def post(app: Flask) -> list[EmailMessage]:
    """Have the waiting letters delivered, and take them out of the outbox."""
    with app.app_context():
        jobs.drain()
    files = sorted(Path(app.instance_path, "outbox").glob("*"))
    letters = [_read(file) for file in files]
    for file in files:
        file.unlink()
    return letters


def link_in(letter: EmailMessage) -> str:
    """The path of the letter's link."""
    found = re.search(r"https?://[^/\s]+(/\S+)", letter.get_content())
    assert found, "the letter has no link"
    return found[1]


def link_sent_to(address: str, server: Server) -> str:
    """The path of the link in the letter that a served site has for this address."""
    app = _app_of(server)
    [letter] = [each for each in post(app) if each["To"] == address]
    with app.app_context():
        db.engine.dispose()
    return link_in(letter)


@cache
def _app_of(server: Server) -> Flask:
    return create_app(Settings.from_environment(server.environment))


def _read(file: Path) -> EmailMessage:
    content, _, _ = file.read_bytes().rpartition(b"-" * 79)
    letter = email.message_from_bytes(content, policy=policy)
    assert isinstance(letter, EmailMessage)
    return letter
