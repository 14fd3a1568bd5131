"""Without a network for a while: what came and what was written is there afterwards, once."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.stage import Person, Stage

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")

NOT_THE_PAGE = re.compile(r"/messages/\d+/poll|/api/v1/")
RECOVERY_MS = 20_000  # the page backs off; how long is not its promise


@pytest.mark.parametrize(
    "seconds", [0, pytest.param(60, marks=[pytest.mark.soak, pytest.mark.timeout(300)])]
)
def test_ten_come_and_three_are_written_meanwhile_one_before_a_reload(
    staged_bea: Person, staged_sam: Person, stage: Stage, seconds: int
):
    """A page cannot be loaded without a network: for the reload it is back, but nothing that
    the page asks for afterwards gets through."""
    bea, sam = staged_bea, staged_sam
    talk = stage.talk(bea.user, sam.user)
    for person in (bea, sam):
        person.page.goto(talk.path)
    bea.context.set_offline(True)
    expect(bea.connection).to_have_attribute("data-state", "offline")
    bea.write("Mine 1")
    theirs = [f"Theirs {number}" for number in range(1, 11)]
    talk.say(sam.user, *theirs[:5])

    bea.page.route(NOT_THE_PAGE, lambda route: route.abort())
    bea.context.set_offline(False)
    bea.page.reload()
    expect(bea.bodies).to_have_text([*theirs[:5], "Mine 1"])
    bea.context.set_offline(True)
    bea.page.unroute(NOT_THE_PAGE)
    for text in ("Mine 2", "Mine 3"):
        bea.write(text)
    talk.say(sam.user, *theirs[5:])
    bea.page.wait_for_timeout(seconds * 1000)
    expect(bea.bodies).to_have_text([*theirs[:5], "Mine 1", "Mine 2", "Mine 3"])

    bea.context.set_offline(False)
    everything = [*theirs, "Mine 1", "Mine 2", "Mine 3"]
    for person in (bea, sam):
        expect(person.bodies).to_have_text(everything, timeout=RECOVERY_MS)
    expect(bea.messages.last).to_have_attribute("data-status", re.compile("sent|read"))
    expect(bea.page.locator("[data-client-id]")).to_have_count(0)
    assert [body for _, body in talk.stored()] == everything
    bea.page.reload()
    expect(bea.bodies).to_have_text(everything)
