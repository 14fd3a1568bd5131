"""When somebody was here last, as the page says it before its scripts do."""

from datetime import timedelta

import pytest
from flask import Flask

from marketplace.messaging.participants import ParticipantItem
from marketplace.messaging.views.last_seen import last_seen_label
from marketplace.storage.database import utcnow


def label(app: Flask, ago: timedelta | None, *, active: bool = False) -> str:
    """What is said of somebody who was here so long ago."""
    seen_at = None if ago is None else utcnow() - ago
    other = ParticipantItem(1, "Sam", "seller", 0, False, active, seen_at)
    with app.test_request_context():
        return last_seen_label(other)


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (timedelta(seconds=-20), "Active 1 min ago"),  # a clock that is behind
        (timedelta(minutes=5, seconds=2), "Active 5 min ago"),
        (timedelta(minutes=59, seconds=59), "Active 59 min ago"),
        (timedelta(hours=1), "Active 1 h ago"),
        (timedelta(hours=23, minutes=59), "Active 23 h ago"),
        (timedelta(hours=24), "Active yesterday"),
        (timedelta(hours=48), ""),
        (None, ""),
    ],
)
def test_it_is_told_roughly_and_not_for_long(app: Flask, ago: timedelta | None, expected: str):
    assert label(app, ago) == expected


def test_who_is_here_is_here_now(app: Flask):
    assert label(app, timedelta(minutes=1), active=True) == "Active now"
