"""The checklist of how the pages should feel: each point on a wide screen and on a narrow one."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ViewportSize, expect

from tests.browser.stage import Person, Stage, Talk

Open = Callable[..., Person]

WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 375, "height": 740}
PATIENCE_MS = 10_000


@pytest.fixture(params=[WIDE, NARROW], ids=["wide", "narrow"])
def size(request: pytest.FixtureRequest) -> ViewportSize:
    """The window of everybody in the test."""
    size: ViewportSize = request.param
    return size


@pytest.fixture
def is_wide(size: ViewportSize) -> bool:
    """Whether there is room for two panes."""
    return size is WIDE


@pytest.fixture
def open_window(
    stage: Stage,
    size: ViewportSize,
    base_url: str,
    new_context: Callable[..., BrowserContext],
) -> Iterator[Open]:
    """``open_window("Bea", locale="fr")``; what a browser finds fault with fails the test."""
    people: list[Person] = []

    def open_one(name: str, *, settings: dict[str, Any] | None = None, **options: Any) -> Person:
        context = new_context(**{"locale": "en", "viewport": size, **options})
        context.set_default_timeout(PATIENCE_MS)
        people.append(Person(context, base_url, stage, stage.person(name, **settings or {})))
        return people[-1]

    expect.set_options(timeout=PATIENCE_MS)
    yield open_one
    expect.set_options(timeout=5_000)
    refused_on_purpose = "Failed to load resource"
    faults = [each for person in people for each in person.complaints]
    assert [each for each in faults if refused_on_purpose not in each] == []


@pytest.fixture
def bea(open_window: Open) -> Person:
    """Bea buys."""
    return open_window("Bea")


@pytest.fixture
def sam(open_window: Open) -> Person:
    """Sam sells."""
    return open_window("Sam")


@pytest.fixture
def talk(stage: Stage, bea: Person, sam: Person) -> Talk:
    """Bea's and Sam's conversation about the bicycle, without a message."""
    return stage.talk(bea.user, sam.user)
