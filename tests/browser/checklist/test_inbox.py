"""Points 6 to 10 of the checklist: the list of conversations."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.measure import style
from tests.browser.stage import Person, Stage, Talk

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")

SCROLLED_TO_THE_END = """() => {
    const more = document.querySelector(".inbox-more");
    more?.scrollIntoView();
    return !more;
}"""


@pytest.fixture
def lamp(stage: Stage, bea: Person, sam: Person) -> Talk:
    """A second conversation of Bea's and Sam's, without a message."""
    return stage.talk(bea.user, sam.user, "Lamp")


def test_ux_06_newest_first_own_with_you_unread_bold_and_numbered(
    bea: Person, sam: Person, talk: Talk, lamp: Talk
):
    talk.say(sam.user, "Still interested?", "Hello?")
    lamp.say(bea.user, "Does it work?")
    bea.page.goto("/messages")
    assert order(bea) == [str(lamp.id), str(talk.id)]

    unread, read = bea.row(talk.path), bea.row(lamp.path)
    expect(read).to_contain_text("You: Does it work?")
    expect(unread).to_contain_text("Hello?")
    expect(unread).not_to_contain_text("You:")
    expect(unread.get_by_text(re.compile(r"^\s*unread:\s*2$"))).to_be_visible()
    expect(read).to_have_attribute("data-unread", "0")
    assert weight(unread.get_by_text("Hello?")) >= 600 > weight(read.get_by_text("Does it work?"))

    lamp.say(sam.user, "It does.")
    expect(read).to_have_attribute("data-unread", "1")
    talk.say(sam.user, "Are you there?")
    expect(unread).to_have_attribute("data-unread", "3")
    expect(bea.page.locator("[data-conversation]").first).to_contain_text("Are you there?")
    assert order(bea) == [str(talk.id), str(lamp.id)]


def test_ux_07_a_conversation_without_a_message_is_not_listed(
    bea: Person, sam: Person, talk: Talk, lamp: Talk
):
    lamp.say(bea.user, "Does it work?")
    for person in (bea, sam):
        person.page.goto("/messages")
        expect(person.row(lamp.path)).to_be_visible()
        expect(person.row(talk.path)).to_have_count(0)

    talk.say(bea.user, "Is it still available?")
    expect(sam.row(talk.path)).to_be_visible()


def test_ux_08_folders_and_a_search_as_one_types(
    bea: Person, sam: Person, stage: Stage, talk: Talk, lamp: Talk
):
    desk = stage.talk(sam.user, bea.user, "Desk")
    archived = stage.talk(bea.user, stage.person("Vera"), "Tent")
    for conversation, text in ((talk, "Saturday"), (lamp, "Sunday"), (archived, "Monday")):
        conversation.say(bea.user, text)
    desk.say(sam.user, "Tuesday")
    archived_path = f"/api/v1/conversations/{archived.id}"
    assert bea.ask("PATCH", archived_path, data={"archived": True}).ok

    bea.page.goto("/messages")
    expected = {
        "All": [desk, lamp, talk],
        "Buying": [lamp, talk],
        "Selling": [desk],
        "Unread": [desk],
        "Archived": [archived],
    }
    folders = bea.page.get_by_role("navigation", name="Folders")
    for folder, conversations in expected.items():
        address = folders.get_by_role("link", name=folder).get_attribute("href") or ""
        page = bea.context.request.get(address).text()
        assert re.findall(r'data-conversation="(\d+)"', page) == [str(c.id) for c in conversations]
    folders.get_by_role("link", name="Selling").click()
    expect(bea.page.locator("[data-conversation]")).to_have_count(1)
    folders.get_by_role("link", name="All").click()

    search = bea.page.get_by_role("searchbox", name="Search your messages")
    for typed, found in (("lamp", lamp), ("saturd", talk), ("Sam", desk)):
        search.fill("")
        search.press_sequentially(typed)
        expect(bea.row(found.path)).to_be_visible()
        expect(bea.page.locator("[data-conversation]")).to_have_count(3 if typed == "Sam" else 1)
        expect(search).to_be_focused()


def test_ux_08_after_a_search_the_other_rows_come_again_each_once(
    bea: Person, sam: Person, stage: Stage
):
    """The lists that held them are emptied bit by bit, and used again."""
    talks = [stage.talk(bea.user, sam.user, f"Thing {number}") for number in range(40)]
    for talk in talks:
        talk.say(bea.user, f"About {talk.id}.")
    newest_first = [str(talk.id) for talk in reversed(talks)]
    rows = bea.page.locator("[data-conversation]")
    search = bea.page.get_by_role("searchbox", name="Search your messages")

    bea.page.goto("/messages")
    for _ in range(2):
        bea.page.wait_for_function(SCROLLED_TO_THE_END)
        expect(rows).to_have_count(40)
        assert order(bea) == newest_first
        search.fill("Thing 17")
        expect(rows).to_have_count(1)
        search.fill("")
        expect(rows.nth(1)).to_be_visible()


def test_ux_09_a_rows_menu_marks_unread_mutes_archives_blocks_and_reports(
    bea: Person, sam: Person, talk: Talk
):
    talk.say(sam.user, "Still interested?")
    talk.read(bea.user, 1)
    bea.page.goto("/messages")
    row = bea.row(talk.path)
    expect(row).to_have_attribute("data-unread", "0")

    choose(row, "Mark as unread")
    expect(row).to_have_attribute("data-unread", "1")
    choose(row, "Mute")
    expect(row).to_have_attribute("data-muted", re.compile(".*"))
    open_menu(row)
    report = row.get_by_role("link", name="Report")
    expect(report).to_be_visible()
    assert bea.context.request.get(report.get_attribute("href") or "").ok
    choose(row, "Block Sam")
    assert sam.ask("POST", f"/api/v1{api(talk)}", data={"body": "Hello?"}).status == 403
    choose(row, "Archive")
    expect(row).to_have_count(0)
    expect(bea.page.get_by_text("Put into the archive.")).to_be_visible()
    bea.page.goto("/messages?folder=archived")
    expect(row).to_be_visible()


def test_ux_10_three_empty_states(bea: Person, sam: Person, talk: Talk, is_wide: bool):
    bea.page.goto("/messages")
    expect(bea.page.get_by_text("No messages yet")).to_be_visible()
    way_out = bea.page.locator('main a[href="/marketplace"]')
    expect(way_out).to_be_visible()
    nothing_selected = bea.page.get_by_text("Choose a conversation")
    expect(nothing_selected).to_be_visible(visible=is_wide)

    talk.say(bea.user, "Is it still available?")
    bea.page.get_by_role("searchbox", name="Search your messages").fill("tandem")
    expect(bea.page.get_by_text("Nothing found for “tandem”.")).to_be_visible()
    expect(bea.page.get_by_text("No messages yet")).to_be_hidden()
    bea.page.goto(talk.path)
    expect(bea.bodies).to_have_count(1)
    expect(nothing_selected).to_be_hidden()


def order(person: Person) -> list[str]:
    """The conversations' ids from the top."""
    rows = person.page.locator("[data-conversation]")
    return [row.get_attribute("data-conversation") or "" for row in rows.all()]


def weight(text: Locator) -> int:
    """How bold a text is."""
    return int(style(text, "fontWeight"))


def open_menu(row: Locator) -> None:
    """Open a row's menu, unless it is."""
    menu = row.locator("details.menu")
    if menu.get_attribute("open") is None:
        row.hover()
        menu.locator("summary").click()


def choose(row: Locator, action: str) -> None:
    """Press what does this in a row's menu, and come back to the list."""
    open_menu(row)
    with row.page.expect_navigation():
        row.get_by_role("button", name=action, exact=True).click()


def api(talk: Talk) -> str:
    """Where its messages are sent to."""
    return f"/conversations/{talk.id}/messages"
