"""axe-core on every page, light and dark, wide and narrow, in English and French: nothing.

In an ordinary run each page is looked at in each of these, in turn; in all combinations with
``-m soak``, which takes minutes.
"""

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, ViewportSize
from playwright.sync_api import Page as BrowserPage

from tests.browser.pages import NO_PAGES, PAGES, Page
from tests.browser.scene import Scene, prepare
from tests.browser.stage import Stage
from tests.browser.visitor import Visitor

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")

WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 375, "height": 740}
Scheme = Literal["light", "dark"]
# The colour scheme changes colours and nothing else; of the rules only these look at them.
RULES: dict[Scheme, dict[str, Any]] = {
    "light": {},
    "dark": {"runOnly": ["color-contrast", "link-in-text-block"]},
}
IN_TURN: dict[str, list[tuple[ViewportSize, Scheme]]] = {
    "en": [(WIDE, "light"), (NARROW, "dark")],
    "fr": [(NARROW, "light"), (WIDE, "dark")],
}
EVERY = {language: list(product((WIDE, NARROW), RULES)) for language in IN_TURN}
# Colours go over into each other, and from each element to those in it.
SETTLED = """async () => {
    const ends = (each) => each.effect.getComputedTiming().endTime < Infinity;
    const running = () => document.getAnimations().filter(ends);
    do {
        running().forEach((each) => each.finish());
        await new Promise(requestAnimationFrame);
    } while (running().length);
}"""
Arrive = Callable[[str, str], Visitor]


@pytest.fixture(scope="module")
def scene(stage: Stage) -> Scene:
    """All that the pages show."""
    return prepare(stage, stage.person("Bea"), stage.person("Sam Ordway"))


@pytest.fixture(scope="module")
def enter(scene: Scene, stage: Stage, base_url: str, browser: Browser) -> Iterator[Arrive]:
    """``enter("bea", "fr")``: somebody of the scene in front of a browser in this language."""
    windows: dict[tuple[str, str], Visitor] = {}

    def open_window(who: str, language: str) -> Visitor:
        if (who, language) not in windows:
            context = browser.new_context(locale=language, base_url=base_url)
            windows[who, language] = scene.enter(who, context, base_url, stage)
        return windows[who, language]

    yield open_window
    for visitor in windows.values():
        visitor.context.close()


@on_sqlite
@pytest.mark.parametrize(
    "looks", [IN_TURN, pytest.param(EVERY, marks=pytest.mark.soak)], ids=["in turn", "every"]
)
@pytest.mark.parametrize("language", IN_TURN)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_axe_finds_no_fault(
    scene: Scene,
    enter: Arrive,
    page: Page,
    language: str,
    looks: dict[str, list[tuple[ViewportSize, Scheme]]],
):
    visitor = enter(page.who, language)
    visitor.page.set_viewport_size(WIDE)
    page.show(visitor, scene)
    assert visitor.page.locator("html").get_attribute("lang") == language
    visitor.page.evaluate(AXE_SCRIPT)
    for width, scheme in looks[language]:
        visitor.page.set_viewport_size(width)
        visitor.page.emulate_media(color_scheme=scheme)
        visitor.page.evaluate(SETTLED)
        assert faults(visitor.page, RULES[scheme]) == []


def test_every_page_there_is_is_looked_at(app: Flask):
    """A new page must be entered in tests/browser/pages.py."""
    assert {page.rule for page in PAGES} | NO_PAGES == routes(app)


def faults(page: BrowserPage, options: dict[str, Any]) -> list[str]:
    """What axe finds, of any impact: the rule, and the elements."""
    found = page.evaluate(
        "(options) => axe.run(document, {...options, resultTypes: ['violations']})", options
    )
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:200]} {node['failureSummary'][:300]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def routes(app: Flask) -> set[str]:
    """What can be asked for by GET."""
    rules = {
        re.sub(r"<\w+:", "<", rule.rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
    }
    return {re.sub(r"/static/\w{12}/", "/static/<version>/", rule) for rule in rules}
