"""A buyer and a seller talk about a listing, each in a browser of their own."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor


def test_a_message_crosses_and_its_answer_comes_back(bea: Visitor, sam: Visitor, bicycle: str):
    conversation = bea.contact(bicycle, "Is it still available?")
    expect(bea.bodies).to_have_text(["Is it still available?"])

    sam.page.goto(conversation)
    expect(sam.bodies).to_have_text(["Is it still available?"])
    sam.write("Yes, it is.")
    expect(sam.bodies).to_have_text(["Is it still available?", "Yes, it is."])

    expect(bea.bodies).to_have_text(["Is it still available?", "Yes, it is."])
    bea.write("Saturday?")
    expect(sam.bodies).to_have_text(["Is it still available?", "Yes, it is.", "Saturday?"])

    assert [bea.complaints, sam.complaints] == [[], []]


def test_read_marks_and_badges_follow(bea: Visitor, sam: Visitor, bicycle: str):
    sam.page.goto("/messages")
    expect(sam.page.get_by_text("No messages yet")).to_be_visible()
    expect(sam.badge).to_be_hidden()

    conversation = bea.contact(bicycle, "Is it still available?")
    expect(bea.messages.last).to_have_attribute("data-status", "sent")
    expect(bea.badge).to_be_hidden()  # one's own messages never count

    expect(sam.badge).to_have_text("1")
    expect(sam.page).to_have_title(re.compile(r"^\(1\) "))
    expect(sam.row(conversation)).to_have_attribute("data-unread", "1")
    sam.row(conversation).get_by_role("link").click()

    expect(bea.messages.last).to_have_attribute("data-status", "read")
    expect(sam.badge).to_be_hidden()
    expect(sam.row(conversation)).to_have_attribute("data-unread", "0")
    assert not sam.page.title().startswith("(")
    assert [bea.complaints, sam.complaints] == [[], []]


def test_it_works_without_scripts(visit: Visit):
    sam = visit("Sam", java_script_enabled=False)
    bea = visit("Bea", java_script_enabled=False)
    bicycle = sam.sell("Red bicycle")

    conversation = bea.contact(bicycle, "Is it still available?")
    expect(bea.messages.last).to_have_attribute("data-status", "sent")

    sam.page.goto("/messages")
    expect(sam.badge).to_have_text("1")
    expect(sam.row(conversation)).to_have_attribute("data-unread", "1")
    sam.row(conversation).get_by_role("link").click()
    expect(sam.badge).to_have_text("1")  # fetching is not reading
    sam.page.get_by_role("button", name="Mark as read").click()
    expect(sam.badge).to_be_hidden()
    sam.write("Yes, it is.")
    expect(sam.bodies).to_have_text(["Is it still available?", "Yes, it is."])

    bea.page.reload()
    expect(bea.bodies).to_have_text(["Is it still available?", "Yes, it is."])
    expect(bea.messages.first).to_have_attribute("data-status", "read")
    assert [bea.complaints, sam.complaints] == [[], []]


def test_without_scripts_a_refused_text_is_kept(visit: Visit, bicycle: str):
    bea = visit("Bea", java_script_enabled=False)
    bea.contact(bicycle)

    bea.write("x" * 5001)

    expect(bea.page.get_by_role("alert")).to_contain_text("5000")
    expect(bea.composer).to_have_value("x" * 5001)
    expect(bea.messages).to_have_count(0)
