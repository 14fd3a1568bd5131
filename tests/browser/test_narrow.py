"""On the smallest phones no page scrolls sideways, whatever people are called and sell."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser
from sqlalchemy import update

from marketplace.catalogue.models import Listing
from marketplace.storage.database import db
from tests.browser.pages import PAGES, Page
from tests.browser.scene import Scene, prepare
from tests.browser.stage import Stage
from tests.browser.visitor import Visitor

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")

WIDTHS = (320, 360)
LONG = "Donaudampfschifffahrtsgesellschaftskapitaen" * 2  # 86 letters without a blank
SIDEWAYS = """() => {
    const root = document.scrollingElement;
    const room = root.clientWidth;
    if (root.scrollWidth <= room && document.body.scrollWidth <= room) return [];
    return [...document.body.querySelectorAll("*")]
        .filter((each) => each.getBoundingClientRect().right > room + 0.5)
        .map((each) => each.cloneNode(false).outerHTML.slice(0, 120));
}"""
Arrive = Callable[[str, str], Visitor]


@pytest.fixture(scope="module")
def scene(stage: Stage) -> Scene:
    """All that the pages show, with names and titles that break nowhere."""
    bea, sam = stage.person("Bea"), stage.person("Sam")
    scene = prepare(stage, bea, sam)
    for person in scene.people.values():
        stage.change(person, name=LONG[:80])
    with stage.app.app_context():
        db.session.execute(
            update(Listing).where(Listing.seller_id == sam.id).values(title=LONG, description=LONG)
        )
        db.session.commit()
    return scene


@pytest.fixture(scope="module")
def enter(scene: Scene, stage: Stage, base_url: str, browser: Browser) -> Iterator[Arrive]:
    """``enter("bea", "fr")``: somebody of the scene in front of a phone in this language."""
    windows: dict[tuple[str, str], Visitor] = {}

    def open_window(who: str, language: str) -> Visitor:
        if (who, language) not in windows:
            context = browser.new_context(
                locale=language, base_url=base_url, viewport={"width": WIDTHS[0], "height": 640}
            )
            windows[who, language] = scene.enter(who, context, base_url, stage)
        return windows[who, language]

    yield open_window
    for visitor in windows.values():
        visitor.context.close()


@on_sqlite
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_scrolls_sideways(scene: Scene, enter: Arrive, page: Page, language: str):
    visitor = enter(page.who, language)
    visitor.page.set_viewport_size({"width": WIDTHS[0], "height": 640})
    page.show(visitor, scene)
    for width in WIDTHS:
        visitor.page.set_viewport_size({"width": width, "height": 640})
        assert visitor.page.evaluate(SIDEWAYS) == [], width
