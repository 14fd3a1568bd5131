"""The same of groups: whoever joins, leaves, is removed, renames or blocks, a page that applied
every poll looks like one that was loaded afresh, and nobody sees what is not there for them.

The mechanism: all of it raises the version, and every reader reads through a place.
"""

import itertools
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from marketplace.accounts.models import User
from marketplace.messaging import blocks, conversation_blocks, conversations, groups, messages
from marketplace.messaging.models import Role
from marketplace.messaging.places import Place
from marketplace.texts.errors import DomainError
from tests import cast
from tests.soak.pages import Page, follow, poll
from tests.soak.test_histories import FEW, MANY

NAMES = ("Bea", "Sam", "Mia")

who = st.sampled_from(NAMES)
STEPS = st.one_of(
    st.tuples(st.just("send"), who),
    st.tuples(st.just("look"), who),
    st.tuples(st.just("read"), who, st.integers(0, 30)),
    st.tuples(st.just("mark unread"), who),
    st.tuples(st.just("invite"), who, who),
    st.tuples(st.just("accept"), who),
    st.tuples(st.just("remove"), who, who),
    st.tuples(st.just("leave"), who),
    st.tuples(st.just("give role"), who, who, st.sampled_from(groups.ROLES)),
    st.tuples(st.just("rename"), who, st.sampled_from(["", "Lake", "Hills"])),
    st.tuples(st.just("block"), who, who, st.booleans()),
    st.tuples(st.just("block all"), who, st.booleans()),
)
given_histories = given(history=st.lists(STEPS, min_size=5, max_size=40))
COMES_BACK = [
    *(("send", "Bea"), ("look", "Sam"), ("leave", "Sam"), ("send", "Bea")),
    *(("invite", "Bea", "Sam"), ("accept", "Sam"), ("look", "Sam"), ("send", "Bea")),
]


class GroupStory:
    """Three people, one group with two of them, and the pages they have open. A page whose reader
    is out is closed; the next look loads it anew."""

    def __init__(self, app: Flask, people: dict[str, User]) -> None:
        self._app = app
        self._people = people
        self._browsers = {name: cast.browser_of(app, each) for name, each in people.items()}
        self._numbers = itertools.count(1)

    def differences(self, history: list[Any]) -> list[str]:
        """Play it, let every page poll to its end, and hold each against a fresh one, and against
        what was written while its reader was in."""
        self._begin()
        for kind, name, *arguments in history:
            with self._app.test_request_context(), suppress(DomainError):
                getattr(self, f"_{kind.replace(' ', '_')}")(name, *arguments)
        found = []
        for name, page in self._open_pages():
            follow(self._browsers[name], page)
            fresh = Page.load(self._browsers[name], self._id)
            if page.seen != fresh.seen:
                found.append(f"{name}: {page.seen} is not {fresh.seen}")
            if strange := self._texts(fresh) - self._there_for[name]:
                found.append(f"{name} sees {strange}")
            if missing := self._there_for[name] - self._texts(fresh):
                found.append(f"{name} misses {missing}")
        return found

    def _begin(self) -> None:
        bea, sam, mia = self._people.values()
        self._inside = {"Bea", "Sam"}
        self._there_for: dict[str, set[str]] = {name: set() for name in NAMES}
        self._pages: dict[str, Page] = {}
        for one, other in itertools.combinations((bea, sam, mia), 2):
            with self._app.app_context(), suppress(DomainError):
                blocks.unblock(one, other.id)
                blocks.unblock(other, one.id)
        for other in (sam, mia):
            cast.meet(self._app, bea, other)
        cast.meet(self._app, sam, mia)
        self._id = cast.group(self._app, bea, sam)

    def _open_pages(self) -> list[tuple[str, Page]]:
        return [(name, page) for name, page in self._pages.items() if name in self._inside]

    def _texts(self, page: Page) -> set[str]:
        return {each.body for each in page.messages.values() if each.body.startswith("text ")}

    def _came(self, name: str) -> None:
        self._inside.add(name)
        self._there_for[name] = set()

    def _went(self, name: str) -> None:
        self._inside.discard(name)
        self._pages.pop(name, None)

    def _look(self, name: str) -> None:
        if name not in self._inside:
            answer = self._browsers[name].get(f"/messages/{self._id}")
            assert answer.status_code == 404
        elif name in self._pages:
            poll(self._browsers[name], self._pages[name])
        else:
            self._pages[name] = Page.load(self._browsers[name], self._id)

    def _send(self, name: str) -> None:
        text = f"text {next(self._numbers)}"
        messages.send(self._people[name], self._id, text, text)
        for each in self._inside:
            self._there_for[each].add(text)

    def _read(self, name: str, seq: int) -> None:
        conversations.mark_read(self._people[name], self._id, seq)

    def _mark_unread(self, name: str) -> None:
        conversations.mark_unread(self._people[name], self._id)

    def _invite(self, name: str, other: str) -> None:
        groups.invite(self._people[name], self._id, self._people[other].id)

    def _accept(self, name: str) -> None:
        groups.accept(self._people[name], self._id)
        self._came(name)

    def _remove(self, name: str, other: str) -> None:
        groups.remove(self._people[name], self._id, self._people[other].id)
        self._went(other)

    def _leave(self, name: str) -> None:
        groups.leave(self._people[name], self._id)
        self._went(name)

    def _give_role(self, name: str, other: str, role: Role) -> None:
        groups.set_role(self._people[name], self._id, self._people[other].id, role)

    def _rename(self, name: str, title: str) -> None:
        groups.rename(self._people[name], self._id, title)

    def _block(self, name: str, other: str, blocked: bool) -> None:
        change = blocks.block if blocked else blocks.unblock
        change(self._people[name], self._people[other].id)

    def _block_all(self, name: str, blocked: bool) -> None:
        change = conversation_blocks.block if blocked else conversation_blocks.unblock
        change(self._people[name], self._id)


@pytest.fixture
def group_story(app: Flask, bea: User, sam: User) -> GroupStory:
    return GroupStory(app, {"Bea": bea, "Sam": sam, "Mia": cast.person(app, "Mia")})


@FEW
@given_histories
def test_a_page_of_a_group_kept_by_polls_equals_a_fresh_one(
    group_story: GroupStory, history: list[Any]
):
    assert group_story.differences(history) == []


@pytest.mark.soak
@pytest.mark.timeout(3600)
@MANY
@given_histories
def test_a_page_of_a_group_kept_by_polls_equals_a_fresh_one_a_thousand_times(
    group_story: GroupStory, history: list[Any]
):
    assert group_story.differences(history) == []


def test_who_came_back_with_their_old_beginning_would_see_what_was_written_meanwhile(
    monkeypatch: pytest.MonkeyPatch, group_story: GroupStory
):
    """The mechanism taken out: the place's range."""
    assert group_story.differences(COMES_BACK) == []
    monkeypatch.setattr(Place, "range", _all_of_it)
    found = group_story.differences(COMES_BACK)
    assert any(each.startswith("Sam sees") for each in found)


_all_of_it = property(lambda place: {"conversation_id": place.conversation_id, "first_seq": 0})
