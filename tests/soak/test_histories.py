"""Whatever happened, a page that applied every poll looks like one that was loaded afresh.

The mechanism: everything that can be seen raises the version, or stands in the ETag.
"""

import itertools
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.accounts.models import User
from marketplace.catalogue import listings
from marketplace.catalogue.models import Status
from marketplace.messaging import conversations, messages
from marketplace.messaging.conversations import Numbers
from marketplace.messaging.models import Conversation
from marketplace.messaging.policy import ClosedError
from marketplace.messaging.poll import State
from marketplace.storage.database import db
from tests import cast
from tests.soak.pages import Page, follow, poll

NAMES = ("Sam", "Bea")
ABOUT = (0, 1)  # two conversations of the same two people, so that totals are of both

who, about = st.sampled_from(NAMES), st.sampled_from(ABOUT)
STEPS = st.one_of(
    st.tuples(st.just("send"), who, about),
    st.tuples(st.just("look"), who, about),
    st.tuples(st.just("read"), who, about, st.integers(0, 9)),
    st.tuples(st.just("mark unread"), who, about),
    st.tuples(st.just("archive"), who, about, st.booleans()),
    st.tuples(st.just("say"), st.just("Sam"), about, st.sampled_from([*Status])),
)
HISTORIES = st.lists(STEPS, min_size=5, max_size=30)
given_histories = given(history=HISTORIES)
checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
FEW = settings(max_examples=50, deadline=None, database=None, suppress_health_check=checks)
MANY = settings(FEW, max_examples=1000)

TOTALS_CHANGE = [("look", "Bea", 0), ("look", "Bea", 0), ("send", "Sam", 1)]
RECEIPT_CHANGES = [
    ("send", "Sam", 0),
    ("look", "Sam", 0),
    ("look", "Sam", 0),
    ("read", "Bea", 0, 1),
]


class Story:
    """Two people, two conversations, and the pages they have open. The first look at one loads
    the page, each later one polls."""

    def __init__(
        self, app: Flask, people: dict[str, User], browsers: dict[str, FlaskClient]
    ) -> None:
        self._app = app
        self._people = people
        self._browsers = browsers
        self._numbers = itertools.count(1)

    def differences(self, history: list[Any]) -> list[str]:
        """Play it, let every page poll to its end, and hold each against a fresh one."""
        self._begin()
        for kind, *arguments in history:
            getattr(self, f"_{kind.replace(' ', '_')}")(*arguments)
        found = []
        for (name, place), page in self._pages.items():
            follow(self._browsers[name], page)
            fresh = self._load(name, place)
            if page.seen != fresh.seen:
                found.append(f"{name}, {place}: {page.seen} is not {fresh.seen}")
        return found

    def _begin(self) -> None:
        self._listings = [cast.listing(self._app, self._people["Sam"], "Bicycle") for _ in ABOUT]
        with self._app.app_context():
            self._ids = [conversations.open_about(self._people["Bea"], x) for x in self._listings]
        self._pages: dict[tuple[str, int], Page] = {}

    def _load(self, name: str, place: int) -> Page:
        return Page.load(self._browsers[name], self._ids[place])

    def _look(self, name: str, place: int) -> None:
        if (name, place) in self._pages:
            poll(self._browsers[name], self._pages[name, place])
        else:
            self._pages[name, place] = self._load(name, place)

    def _send(self, name: str, place: int) -> None:
        number = str(next(self._numbers))
        with self._app.app_context(), suppress(ClosedError):
            messages.send(self._people[name], self._ids[place], f"text {number}", number)

    def _read(self, name: str, place: int, seq: int) -> None:
        with self._app.app_context():
            conversations.mark_read(self._people[name], self._ids[place], seq)

    def _mark_unread(self, name: str, place: int) -> None:
        with self._app.app_context():
            conversations.mark_unread(self._people[name], self._ids[place])

    def _archive(self, name: str, place: int, archived: bool) -> None:
        with self._app.app_context():
            conversations.archive(self._people[name], self._ids[place], archived=archived)

    def _say(self, name: str, place: int, status: Status) -> None:
        with self._app.app_context():
            listings.set_status(self._people[name], self._listings[place], status)


@pytest.fixture
def story(app: Flask, sam: User, bea: User, as_sam: FlaskClient, as_bea: FlaskClient) -> Story:
    return Story(app, {"Sam": sam, "Bea": bea}, {"Sam": as_sam, "Bea": as_bea})


@FEW
@given_histories
def test_a_page_kept_by_polls_equals_a_fresh_one(story: Story, history: list[Any]):
    assert story.differences(history) == []


def test_a_line_shows_no_receipt(story: Story):
    """It is told under the seller's name, and the scripts leave it as it came."""
    line = [("look", "Sam", 0), ("send", "Sam", 0), ("say", "Sam", 0, Status.SOLD)]
    assert story.differences([*line, ("read", "Bea", 0, 2)]) == []
    receipts = [shown.is_read for shown in story._pages["Sam", 0].messages.values()]
    assert receipts == [True, None]


@pytest.mark.soak
@pytest.mark.timeout(3600)
@MANY
@given_histories
def test_a_page_kept_by_polls_equals_a_fresh_one_a_thousand_times(story: Story, history: list[Any]):
    assert story.differences(history) == []


def test_an_etag_without_the_unread_totals_leaves_a_badge_behind(
    monkeypatch: pytest.MonkeyPatch, story: Story
):
    assert story.differences(TOTALS_CHANGE) == []
    monkeypatch.setattr(State, "tag_at", lambda state, cursor: f'"{state.user_id}.{cursor}"')
    (difference,) = story.differences(TOTALS_CHANGE)
    assert difference.startswith("Bea, 0")


def test_a_read_mark_that_raises_no_version_leaves_a_receipt_behind(
    monkeypatch: pytest.MonkeyPatch, story: Story
):
    assert story.differences(RECEIPT_CHANGES) == []

    def raise_nothing(conversation_id: int) -> Numbers:
        conversation = db.session.get_one(Conversation, conversation_id)
        return Numbers(conversation.seq, conversation.version)

    monkeypatch.setattr(conversations, "raise_version", raise_nothing)
    (difference,) = story.differences(RECEIPT_CHANGES)
    assert difference.startswith("Sam, 0")
