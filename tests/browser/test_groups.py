"""Three people and a group, each in a browser of their own; and what becomes of a report."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from marketplace.moderation import moderators
from tests import cast
from tests.browser.stage import Person, Stage

Arrive = Callable[..., Person]


@pytest.fixture
def mia(arrive: Arrive) -> Person:
    """Mia's window."""
    return arrive("Mia")


@pytest.fixture(params=[True, False], ids=["scripts", "without scripts"])
def people(
    request: pytest.FixtureRequest, arrive: Arrive, stage: Stage
) -> tuple[Person, Person, Person]:
    """Bea, Sam and Mia, who know each other; with scripts, and without."""
    found = tuple(arrive(name, java_script_enabled=request.param) for name in ("Bea", "Sam", "Mia"))
    bea, sam, mia = found
    for one, other in ((bea, sam), (bea, mia)):
        cast.meet(stage.app, one.user, other.user)
    return bea, sam, mia


def seen(visitor: Person, text: str) -> None:
    """It is there: at once, or, without scripts, when the page is loaded again."""
    if not visitor.page.locator("live-conversation:defined").count():
        visitor.page.reload()
    expect(log_of(visitor).get_by_text(text)).to_be_visible()


def log_of(visitor: Person) -> Locator:
    return visitor.page.get_by_role("log")


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).first.click()


def open_group(bea: Person, *others: Person, title: str = "Lake") -> str:
    """By the form; the path of the group."""
    bea.page.goto("/messages")
    bea.page.get_by_role("link", name="New group").click()
    bea.page.get_by_label("Title").fill(title)
    for each in others:
        bea.page.locator(f'[name="people"][value="{each.user.id}"]').check()
    press(bea.page, "Open the group")
    bea.page.wait_for_url(re.compile(r"/messages/\d+$"))
    return bea.path


def accept(visitor: Person) -> None:
    visitor.page.goto("/messages")
    press(visitor.page, "Accept")
    visitor.page.wait_for_url(re.compile(r"/messages/\d+$"))


def test_a_group_is_opened_joined_left_and_joined_again(people: tuple[Person, Person, Person]):
    bea, sam, mia = people
    group = open_group(bea, sam, mia)
    accept(sam)
    seen(bea, "Sam joined.")
    bea.write("Who comes along?")
    seen(sam, "Who comes along?")
    accept(mia)
    expect(log_of(mia).get_by_text("Mia joined.")).to_be_visible()
    expect(mia.page.get_by_text("Who comes along?")).to_have_count(0)
    sam.write("I do.")
    seen(mia, "I do.")
    expect(mia.page.locator(".sender", has_text="Sam").first).to_be_visible()

    bea.page.goto(f"{group}/members")
    mia_s = bea.page.locator(f'[data-member="{mia.user.id}"]')
    mia_s.get_by_role("button", name="Remove").click()
    expect(mia_s).to_have_count(0)
    answer = mia.page.goto(group)
    assert answer
    assert answer.status == 404

    sam.page.goto(f"{group}/members")
    press(sam.page, "Leave")
    expect(sam.page.get_by_text("You left the group.")).to_be_visible()
    bea.page.goto(f"{group}/members")
    bea.page.locator(".people-row", has_text="Sam").get_by_role("button", name="Invite").click()
    expect(bea.page.locator(f'[data-invited="{sam.user.id}"]')).to_be_visible()
    accept(sam)
    expect(log_of(sam).get_by_text("Sam joined.")).to_be_visible()
    expect(sam.page.get_by_text("I do.")).to_have_count(0)
    assert [bea.complaints, sam.complaints] == [[], []]


def test_who_reads_and_who_writes_is_told_as_it_happens(
    staged_bea: Person, staged_sam: Person, mia: Person, stage: Stage
):
    bea, sam = staged_bea, staged_sam
    group = cast.group(stage.app, bea.user, sam.user, mia.user)
    for each in (bea, sam, mia):
        each.page.goto(f"/messages/{group}")
    bea.write("Who comes along?")
    status = bea.page.locator(".latest .status")
    expect(status).to_have_text("Read by all")  # both windows show it
    mia.page.goto("/marketplace")
    bea.write("Sam?")
    expect(status).to_have_text("Read by 1")
    status.click()
    expect(bea.page.get_by_role("heading", name="Who has read it")).to_be_visible()
    mia.page.go_back()
    bea.page.go_back()
    sam.composer.press_sequentially("I")
    expect(bea.page.locator("#typing")).to_have_text("Sam is writing…")
    mia.composer.press_sequentially("I")
    expect(bea.page.locator("#typing")).to_have_text(re.compile("(Sam and Mia|Mia and Sam) are"))


def test_who_is_removed_while_they_read_is_told_so(
    staged_bea: Person, staged_sam: Person, stage: Stage
):
    group = cast.group(stage.app, staged_bea.user, staged_sam.user)
    staged_sam.page.goto(f"/messages/{group}")
    staged_sam.composer.fill("What I was about to say")
    staged_bea.page.goto(f"/messages/{group}/members")
    press(staged_bea.page, "Remove")
    expect(staged_sam.connection).to_have_attribute("data-state", "gone")
    expect(staged_sam.connection).to_contain_text("You are not in this conversation any more.")
    expect(staged_sam.composer).to_have_value("What I was about to say")
    staged_sam.connection.get_by_role("link", name="All messages").click()
    expect(staged_sam.row(f"/messages/{group}")).to_have_count(0)


def test_people_are_found_as_one_types_and_who_was_chosen_stays(
    staged_bea: Person, staged_sam: Person, mia: Person, stage: Stage
):
    for each in (staged_sam, mia):
        cast.meet(stage.app, staged_bea.user, each.user)
    page = staged_bea.page
    page.goto("/messages/new")
    page.locator(f'[name="people"][value="{staged_sam.user.id}"]').check()
    page.get_by_label("Search for a name").fill("mi")
    boxes = page.locator('[name="people"]')
    expect(boxes).to_have_count(2)
    page.get_by_label("Search for a name").fill("nobody")
    expect(boxes).to_have_count(1)
    expect(boxes).to_be_checked()
    expect(page.get_by_text("Nobody of that name")).to_be_visible()
    page.get_by_label("Search for a name").press("Enter")
    expect(page).to_have_url(re.compile("/messages/new$"))
    assert staged_bea.complaints == []


def test_a_report_is_decided_and_who_reported_hears_of_it(
    staged_bea: Person, staged_sam: Person, arrive: Arrive, stage: Stage
):
    mo = arrive("Mo")
    with stage.app.app_context():
        moderators.add(mo.user.email)
    group = cast.group(stage.app, staged_bea.user, staged_sam.user)
    for each in (staged_bea, staged_sam):
        each.page.goto(f"/messages/{group}")
    staged_sam.write("You fool")
    expect(staged_bea.bodies).to_have_text(["You fool"])
    staged_bea.page.goto(f"/messages/{group}/report")
    staged_bea.page.get_by_label("It is insulting or threatening").check()
    staged_bea.page.get_by_label("You fool").check()
    press(staged_bea.page, "Send the report")

    mo.page.goto("/profile")
    mo.page.get_by_role("link", name="Reports").click()
    mo.page.locator("[data-report]").last.get_by_role("link").click()
    expect(mo.page.locator(".reported")).to_contain_text("You fool")
    mo.page.get_by_label("Take the message down").check()
    press(mo.page, "Decide")
    expect(mo.page.get_by_text("Who reported it is told.")).to_be_visible()

    expect(staged_sam.bodies).to_have_text(["This message was deleted."])
    staged_bea.page.goto("/messages")
    expect(staged_bea.page.get_by_text("acted on it")).to_be_visible()
    press(staged_bea.page, "Understood")
    expect(staged_bea.page.get_by_text("acted on it")).to_have_count(0)
