"""How much a page brings with it, and that nothing jumps while it comes."""

import gzip
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize

from marketplace.web.assets import compact
from tests.browser.stage import Person, Stage
from tests.catalogue.uploads import jpeg
from tests.servers import ROOT

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")

SHIFT_LIMIT = 0.01
WINDOWS: list[ViewportSize] = [{"width": 1280, "height": 800}, {"width": 375, "height": 740}]
NOTE_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries()))
    .observe({type: "layout-shift", buffered: true});
"""
AFTER_TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"


def test_all_own_scripts_are_under_40_kb():
    assert 10_000 < compressed("js") < 40_000


def test_all_own_styles_are_under_18_kb():
    assert 5_000 < compressed("css") < 18_000


def compressed(kind: str) -> int:
    """Bytes of all our files of a kind, as nginx sends them."""
    files = (ROOT / "static" / kind).rglob(f"*.{kind}")
    return sum(sent_as(file) for file in files)


def sent_as(file: Path) -> int:
    """Bytes of one, compressed."""
    text = file.read_text()
    sent = compact(text) if file.suffix == ".js" else text
    return len(gzip.compress(sent.encode(), compresslevel=6))


@on_sqlite
@pytest.mark.parametrize("window", WINDOWS, ids=["wide", "narrow"])
def test_nothing_shifts_while_a_page_is_loaded(
    staged_bea: Person, staged_sam: Person, stage: Stage, window: ViewportSize
):
    talk = stage.talk(staged_bea.user, staged_sam.user)
    talk.say(staged_bea.user, *[f"Number {number}" for number in range(60)])
    talk.show(staged_sam.user, jpeg((800, 600)), "Like this")
    page = staged_bea.page
    page.set_viewport_size(window)
    page.add_init_script(NOTE_SHIFTS)
    for path in (
        "/marketplace",
        f"/marketplace/{talk.listing}",
        "/messages",
        talk.path,
        "/profile",
    ):
        page.goto(path, wait_until="load")
        page.evaluate(AFTER_TWO_FRAMES)
        with page.expect_response(lambda answer: "unread" in answer.url or "poll" in answer.url):
            pass
        page.evaluate(AFTER_TWO_FRAMES)
        moved = page.evaluate(SHIFTED)
        assert sum(each["value"] for each in moved) < SHIFT_LIMIT, (path, moved)


SHIFTED = """() => shifts.map(({value, sources}) => ({
    value, sources: sources.map(({node}) => node?.outerHTML?.slice(0, 100)),
}))"""
