"""Points 1 to 5 of the checklist: panes, addresses, the listing card, the composer's place."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from marketplace.catalogue.models import Status
from tests.browser.measure import box, pixels, style
from tests.browser.stage import Person, Stage, Talk
from tests.servers import ROOT

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")

KEYBOARD_OPEN: ViewportSize = {"width": 375, "height": 360}


def test_ux_01_two_panes_side_by_side_or_one_with_a_way_back(
    bea: Person, talk: Talk, is_wide: bool
):
    talk.say(bea.user, "Is it still available?")
    bea.page.goto(talk.path)
    log = bea.page.get_by_role("log")
    back = bea.page.get_by_role("link", name="Back to all messages")
    expect(log).to_be_visible()

    if is_wide:
        expect(bea.row(talk.path)).to_be_in_viewport()
        expect(back).to_be_hidden()
        assert box(bea.row(talk.path)).right <= box(log).left
    else:
        expect(bea.row(talk.path)).to_be_hidden()
        assert box(log).width == 375
        back.click()
        bea.page.wait_for_url("**/messages")
        expect(bea.row(talk.path)).to_be_in_viewport()
        expect(log).to_have_count(0)


def test_ux_02_each_conversation_has_an_address_and_back_works(
    bea: Person, sam: Person, stage: Stage, talk: Talk
):
    lamp = stage.talk(bea.user, sam.user, "Lamp")
    talk.say(bea.user, "About the bicycle")
    lamp.say(bea.user, "About the lamp")
    bea.page.goto("/messages")

    for conversation in (talk, lamp):
        bea.row(conversation.path).get_by_role("link").click()
        bea.page.wait_for_url(f"**{conversation.path}")
        bea.page.go_back()
        bea.page.wait_for_url("**/messages")
        expect(bea.row(conversation.path)).to_be_visible()
    bea.page.go_forward()
    expect(bea.bodies).to_have_text(["About the lamp"])
    bea.page.goto(talk.path)
    expect(bea.bodies).to_have_text(["About the bicycle"])


def test_ux_03_a_listing_card_stays_at_the_head(bea: Person, sam: Person, stage: Stage, talk: Talk):
    talk.say(bea.user, *[f"Number {number}" for number in range(40)])
    stage.put(sam.user, talk.listing, Status.RESERVED)
    bea.page.goto(talk.path)
    pane = bea.page.locator("live-conversation")
    card = pane.locator(f'a[href="/marketplace/{talk.listing}"]').first

    for where in ("0", "log.scrollHeight"):
        bea.page.get_by_role("log").evaluate(f"(log) => {{ log.scrollTop = {where} }}")
        for part in (
            card.locator("img"),
            card.get_by_text("Red bicycle"),
            card.get_by_text("120"),
            pane.get_by_text("Reserved", exact=True).first,
            pane.get_by_text("View listing"),
        ):
            expect(part).to_be_in_viewport()
    assert card.locator("img").evaluate("(image) => image.naturalWidth") > 0
    card.click()
    bea.page.wait_for_url(f"**/marketplace/{talk.listing}")


def test_ux_04_the_composer_is_beside_the_list_and_above_the_keyboard(
    bea: Person, talk: Talk, size: ViewportSize
):
    talk.say(bea.user, *[f"Number {number}" for number in range(40)])
    bea.page.goto(talk.path)
    log, form = bea.page.get_by_role("log"), bea.page.locator("#composer")
    expect(log.locator("#composer")).to_have_count(0)
    for window in (size, KEYBOARD_OPEN):
        bea.page.set_viewport_size(window)
        expect(bea.bodies.last).to_be_in_viewport(ratio=1)
        assert box(log).bottom <= box(form).top
        assert box(form).bottom <= window["height"]
        assert scrolls(bea.page) == []
    assert fixed_heights() == []


def test_ux_05_fields_never_make_a_phone_zoom_and_pinching_stays(
    bea: Person, sam: Person, stage: Stage, talk: Talk
):
    talk.say(bea.user, "Is it still available?")
    lamp = stage.listing(sam.user, "Lamp")
    for path in (talk.path, "/messages", f"/marketplace/{lamp}"):
        bea.page.goto(path)
        for field in visible_fields(bea.page):
            assert pixels(field, "fontSize") >= 16
        for element in (bea.page.locator("html"), bea.page.locator("body")):
            assert style(element, "touchAction") in ("auto", "manipulation")
        viewport = bea.page.locator("meta[name=viewport]").get_attribute("content") or ""
        assert not re.search("maximum-scale|user-scalable", viewport)
    expect(bea.page.locator("textarea")).to_have_count(1)


def visible_fields(page: Page) -> Iterator[Locator]:
    """Everything one types into."""
    for field in page.locator("textarea, input:not([type=hidden]):not([type=file])").all():
        if field.is_visible():
            yield field


def scrolls(page: Page) -> list[str]:
    """What of the page itself can be scrolled: nothing, where only the list should move."""
    return list(
        page.evaluate(
            """[document.documentElement, document.body]
            .filter((each) => each.scrollHeight > innerHeight || each.scrollWidth > innerWidth)
            .map((each) => each.tagName)"""
        )
    )


def fixed_heights() -> list[str]:
    """Heights of the whole window that do not follow a phone's keyboard where the browser can."""
    styles = "".join(file.read_text() for file in (ROOT / "static" / "css").glob("*.css"))
    assert "height: 100vh" in styles, "no fallback for browsers that know no dvh"
    return re.findall(r"[\w-]*height: 100vh;(?! [\w-]*height: 100dvh)", styles)
