"""What a screen reader would say by itself while somebody reads and writes."""

import pytest
from playwright.sync_api import expect

from tests.browser.stage import Person, Stage

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")

# What the browser would report of a live region: text that is added to one, unless the nearest
# `aria-live` says off, it is busy, hidden, or hidden from assistive tools.
LISTEN = """
window.said = [];
const live = {log: "polite", status: "polite", alert: "assertive", timer: "off"};
const politeness = (element) => {
    for (let each = element; each; each = each.parentElement) {
        if (each.ariaBusy === "true" || each.ariaHidden === "true") return "off";
        const own = each.getAttribute("aria-live") ?? live[each.getAttribute("role")];
        if (own) {
            return each.closest("[aria-busy=true], [aria-hidden=true]") ? "off" : own;
        }
    }
    return "off";
};
const spoken = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
        const element = node.parentElement;
        const heard = element?.isConnected && element.checkVisibility();
        return heard && politeness(element) !== "off" ? node.data : "";
    }
    return [...node.childNodes].map(spoken).join(" ");
};
new MutationObserver((changes) => {
    for (const {type, target, addedNodes} of changes) {
        const nodes = type === "characterData" ? [target] : [...addedNodes];
        const text = nodes.map(spoken).join(" ").replace(/\\s+/g, " ").trim();
        if (text) said.push(text);
    }
}).observe(document, {subtree: true, childList: true, characterData: true});
"""


def test_a_new_message_is_said_once_and_history_never(
    staged_bea: Person, staged_sam: Person, stage: Stage
):
    bea, sam = staged_bea, staged_sam
    talk = stage.talk(bea.user, sam.user)
    talk.say(sam.user, *[f"Number {number}." for number in range(1, 121)])
    talk.read(bea.user, 120)
    bea.page.goto(talk.path)
    expect(bea.messages).to_have_count(50)
    bea.page.evaluate(f"() => {{ {LISTEN} }}")

    talk.say(sam.user, "Still interested?")
    expect(bea.bodies.last).to_have_text("Still interested?")
    said = bea.page.evaluate("said")
    assert said == ["Sam: Still interested?"]

    for count in (101, 121):
        bea.page.get_by_role("log").evaluate("(log) => { log.scrollTop = 0 }")
        expect(bea.messages).to_have_count(count)
    bea.write("Yes")
    expect(bea.messages.last).to_have_attribute("data-status", "sent")
    talk.read(sam.user, 122)
    expect(bea.messages.last).to_have_attribute("data-status", "read")
    talk.say(sam.user, "Saturday?")
    expect(bea.bodies.last).to_have_text("Saturday?")

    said = bea.page.evaluate("said")
    assert [text for text in said if "Number" in text] == []
    assert len([text for text in said if "Yes" in text]) <= 1
    assert len([text for text in said if "Still interested?" in text]) == 1
    assert len([text for text in said if "Saturday?" in text]) == 1
