"""Points 26 to 32 of the checklist: status, alerts, and that everybody gets in."""

import itertools
import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Request, Route, expect

from marketplace.catalogue.models import Status
from tests.browser.checklist.conftest import Open
from tests.browser.keyboard import number_stops, tab_through
from tests.browser.measure import style
from tests.browser.stage import Person, Stage, Talk
from tests.browser.watching import COUNT_SOUNDS, NOTE_POLLS, SEEN_OR_NOT

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")

POLL = re.compile(r"/messages/\d+/poll")
SEND = re.compile(r"/api/v1/conversations/\d+/messages$")
UNREAD = re.compile(r"/api/v1/unread$")
TABS = 5


def test_ux_26_a_strip_only_after_two_failed_polls_and_briefly_when_back(bea: Person, talk: Talk):
    bea.page.goto(talk.path)
    bea.connection.evaluate(NOTE_STATES)
    polls = Polls(bea.page)

    polls.fail(1)
    polls.answer(2)
    assert bea.page.evaluate("states") == []
    expect(bea.connection).to_have_attribute("data-state", "online")
    polls.fail(2)
    expect(bea.connection).to_have_attribute("data-state", "reconnecting")
    expect(bea.connection).to_contain_text("Reconnecting")
    polls.answer(1)
    expect(bea.connection).to_have_attribute("data-state", "online")
    expect(bea.connection).to_contain_text("Back online")
    expect(bea.connection).not_to_contain_text("Back online")
    assert bea.page.evaluate("states") == ["reconnecting", "online"]


NOTE_STATES = """(strip) => {
    window.states = [];
    new MutationObserver(() => states.push(strip.dataset.state))
        .observe(strip, {attributeFilter: ["data-state"]});
}"""


class Polls:
    """The page's polls, each answered or not as the test has it."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._failing = 0
        page.route(POLL, self._decide)

    def fail(self, count: int) -> None:
        """Let the next ones fail."""
        self._failing = count
        for _ in range(count):
            with self._page.expect_event("requestfailed", lambda each: POLL.search(each.url)):
                pass

    def answer(self, count: int) -> None:
        """Wait for so many answers."""
        for _ in range(count):
            with self._page.expect_response(POLL):
                pass

    def _decide(self, route: Route) -> None:
        if self._failing:
            self._failing -= 1
            route.abort()
        else:
            route.continue_()


def test_ux_26_an_ended_session_keeps_the_text_signs_in_and_sends(bea: Person, talk: Talk):
    bea.page.goto(talk.path)
    bea.page.evaluate("window.isTheSamePage = true")
    bea.context.clear_cookies()
    bea.write("Is it still available?")
    bea.composer.fill("And one more thing")
    expect(bea.connection).to_contain_text("You are signed out.")
    assert talk.stored() == []

    bea.connection.get_by_role("link", name="Sign in").click()
    dialog = bea.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.locator("[name=email]").fill(bea.email)
    dialog.locator("[name=password]").fill("wrong")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.locator("[name=email]").fill(bea.email)
    dialog.locator("[name=password]").fill("correct horse battery")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()
    expect(bea.messages).to_have_attribute("data-status", "sent")
    expect(bea.composer).to_have_value("And one more thing")
    assert bea.page.evaluate("window.isTheSamePage")
    assert [body for _, body in talk.stored()] == ["Is it still available?"]


def test_ux_27_unread_is_in_the_header_and_in_the_title_and_never_ones_own(
    bea: Person, sam: Person, talk: Talk
):
    for person in (bea, sam):
        person.page.goto("/marketplace")
        expect(person.badge).to_be_hidden()
    talk.say(bea.user, "Is it still available?", "Hello?")
    expect(sam.badge).to_have_text("2")
    expect(sam.page).to_have_title(re.compile(r"^\(2\) "))
    with bea.page.expect_response(UNREAD):
        pass
    expect(bea.badge).to_be_hidden()
    assert not bea.page.title().startswith("(")
    talk.read(sam.user, 2)
    expect(sam.badge).to_be_hidden()
    expect(sam.page).to_have_title(re.compile(r"^[^(]"))


def test_ux_27_of_five_tabs_one_asks_and_one_sounds(open_window: Open, bea: Person, stage: Stage):
    sam = open_window("Sam", settings={"sound": True})
    talk = stage.talk(bea.user, sam.user)
    tabs = open_tabs(sam.context, TABS)
    asked: list[Page] = []
    sam.context.on("request", lambda each: note_asking(each, asked))
    with tabs[0].context.expect_event("response", lambda each: UNREAD.search(each.url)):
        pass

    for number in (1, 2):
        talk.say(bea.user, "Hello?")
        for tab in tabs:
            expect(tab.locator("[data-unread-messages]")).to_have_text(str(number))
        asked[-1].wait_for_function("(heard) => sounds >= heard", arg=number)
    assert len(set(asked[1:])) == 1
    assert sum(tab.evaluate("sounds") for tab in tabs) == 2


def test_ux_27_sound_is_opt_in(bea: Person, sam: Person, talk: Talk):
    (tab,) = open_tabs(sam.context, 1)
    talk.say(bea.user, "Hello?")
    expect(tab.locator("[data-unread-messages]")).to_have_text("1")
    assert tab.evaluate("[sounds, contexts]") == [0, 0]


def open_tabs(context: BrowserContext, count: int) -> list[Page]:
    """So many inboxes in one browser, each touched once: or it would not be let sound."""
    context.add_init_script(COUNT_SOUNDS)
    tabs = [context.new_page() for _ in range(count)]
    for tab in tabs:
        tab.goto("/messages")
        tab.mouse.click(5, 5)
    return tabs


def note_asking(request: Request, asked: list[Page]) -> None:
    """Remember which tab asked for the numbers."""
    if UNREAD.search(request.url):
        asked.append(request.frame.page)


def test_ux_27_a_hidden_tab_asks_seldom_never_stops_and_at_once_when_seen(bea: Person, talk: Talk):
    bea.page.clock.install()
    for script in (SEEN_OR_NOT, NOTE_POLLS):
        bea.page.add_init_script(script)
    bea.page.goto(talk.path)
    bea.page.wait_for_function("() => polls.length > 1")

    bea.page.evaluate("setSeen({visible: false, focused: false})")
    bea.page.evaluate("polls.length = 0")
    for _ in range(40):
        bea.page.clock.run_for(5_000)
        bea.page.wait_for_function("() => pending === 0")
    moments = bea.page.evaluate("polls")[1:]  # the first was on its way already
    gaps = [later - sooner for sooner, later in itertools.pairwise(moments)]
    assert len(gaps) >= 3
    assert min(gaps) >= 15_000
    assert max(gaps) <= 60_000
    assert bea.page.evaluate(ASKED_AT_ONCE) == 1


ASKED_AT_ONCE = """() => {
    const before = polls.length;
    setSeen({visible: true, focused: true});
    return polls.length - before;
}"""


def test_ux_28_reading_means_seen(bea: Person, sam: Person, talk: Talk):
    talk.say(bea.user, *[f"Number {number}" for number in range(1, 41)])
    sam.page.add_init_script(SEEN_OR_NOT + "isFocused = false;")
    sam.page.goto(talk.path)
    talk.say(bea.user, "Hello?")
    expect(sam.badge).to_have_text("41")  # fetched, by a window without the focus
    expect(sam.messages).to_have_count(41)
    sam.page.evaluate("setSeen({visible: false, focused: true})")
    talk.say(bea.user, "Anybody there?")
    sam.page.evaluate("setSeen({visible: true, focused: false})")
    expect(sam.badge).to_have_text("42")

    sam.page.evaluate("setSeen({visible: true, focused: true})")
    expect(sam.badge).not_to_have_text("42")
    expect(sam.bodies.last).not_to_be_in_viewport()
    expect(sam.badge).not_to_have_text("0")  # what is below was not on the screen
    sam.page.get_by_role("log").evaluate("(log) => { log.scrollTop = log.scrollHeight }")
    expect(sam.badge).to_be_hidden()


def test_ux_29_a_polite_log_labels_alerts_and_a_visible_focus(
    open_window: Open, bea: Person, sam: Person, talk: Talk
):
    talk.say(sam.user, "Still interested?")
    talk.read(bea.user, 1)  # so that nothing is drawn anew on the way through
    bea.page.emulate_media(reduced_motion="reduce")
    bea.page.goto(talk.path)
    log = bea.page.get_by_role("log")
    assert log.evaluate("(log) => [log.ariaLive ?? 'polite', log.ariaAtomic]") == ["polite", None]
    expect(log).not_to_have_attribute("aria-relevant", re.compile("removals|text|all"))
    expect(bea.composer).to_have_accessible_name("Message to Sam")
    bea.page.get_by_role("button", name="Send", exact=True).click()
    expect(bea.page.get_by_role("alert").get_by_text("Please write something.")).to_be_visible()
    assert moving(bea.page) == []

    bea.page.goto(talk.path)
    stops = number_stops(bea.page)
    assert len(stops) > 10
    assert tab_through(bea.page) >= stops


def moving(page: Page) -> list[str]:
    """What takes longer than a blink to change."""
    return list(
        page.evaluate(
            """[...document.querySelectorAll("*")].filter((each) => {
                const {transitionDuration, animationDuration} = getComputedStyle(each);
                const seconds = [transitionDuration, animationDuration].map(parseFloat);
                return Math.max(...seconds) > 0.05;
            }).map((each) => each.outerHTML.slice(0, 80))"""
        )
    )


def test_ux_30_blocked_or_sold_the_history_stays_and_a_sentence_replaces_the_composer(
    bea: Person, sam: Person, stage: Stage, talk: Talk
):
    lamp = stage.talk(bea.user, sam.user, "Lamp")
    for conversation in (talk, lamp):
        conversation.say(bea.user, "Is it still available?")
    bea.page.goto(lamp.path)
    bea.composer.fill("I would like")
    stage.put(sam.user, lamp.listing, Status.SOLD)  # while the page is open
    expect_closed(bea, "sold")
    unsent = bea.page.get_by_label("This was not sent:")
    expect(unsent).to_have_value("I would like")  # a text is never taken away
    stage.put(sam.user, lamp.listing, Status.WITHDRAWN)
    bea.page.reload()
    expect_closed(bea, "taken down")

    assert sam.ask("PUT", f"/api/v1/users/{bea.user.id}/block").ok
    for person in (bea, sam):
        person.page.goto(talk.path)
        expect_closed(person, "")
    assert sam.ask("DELETE", f"/api/v1/users/{bea.user.id}/block").ok
    expect(bea.composer).to_be_visible()


def expect_closed(person: Person, word: str) -> None:
    """One sentence where the composer was, and what was written above it."""
    sentence = person.page.locator(".closed").filter(has_text=word)
    expect(sentence).to_be_in_viewport()
    expect(sentence).to_have_text(re.compile(r"\w+ .+\."))
    expect(person.page.locator("#composer")).to_have_count(0)
    expect(person.bodies.first).to_have_text("Is it still available?")


def test_ux_31_contact_read_and_reply_without_scripts(open_window: Open, stage: Stage):
    sam = open_window("Sam", java_script_enabled=False)
    bea = open_window("Bea", java_script_enabled=False)
    bicycle = stage.listing(sam.user, "Red bicycle")

    conversation = bea.contact(f"/marketplace/{bicycle}", "Is it still available?")
    expect(bea.bodies).to_have_text(["Is it still available?"])
    sam.page.goto("/messages")
    expect(sam.badge).to_have_text("1")
    sam.row(conversation).get_by_role("link").first.click()
    sam.page.get_by_role("button", name="Mark as read").click()
    expect(sam.badge).to_be_hidden()
    sam.write("Yes, it is.")
    expect(sam.bodies).to_have_text(["Is it still available?", "Yes, it is."])
    bea.page.reload()
    expect(bea.bodies).to_have_text(["Is it still available?", "Yes, it is."])
    expect(bea.messages.first).to_have_attribute("data-status", "read")


def test_ux_32_french_and_english_by_browser_and_by_setting_dark_and_light_by_the_system(
    open_window: Open, sam: Person, stage: Stage
):
    fanny = open_window("Fanny", locale="fr-CA")
    talk = stage.talk(fanny.user, sam.user)
    talk.say(sam.user, "Bonjour")
    sam.page.goto(talk.path)
    expect(sam.page.locator("html")).to_have_attribute("lang", "en")
    fanny.page.goto(talk.path)
    expect(fanny.page.locator("html")).to_have_attribute("lang", "fr")
    expect(fanny.composer).to_have_attribute("placeholder", "Écrire un message")
    stage.change(fanny.user, locale="en")
    fanny.page.reload()
    expect(fanny.page.locator("html")).to_have_attribute("lang", "en")
    expect(fanny.composer).to_have_attribute("placeholder", "Write a message")

    log, body = fanny.page.get_by_role("log"), fanny.bodies.first
    fanny.page.emulate_media(color_scheme="light")
    assert lightness(body) < 80
    assert lightness(log.locator("xpath=.."), "backgroundColor") > 200
    fanny.page.emulate_media(color_scheme="dark")
    assert lightness(body) > 180
    assert lightness(log.locator("xpath=.."), "backgroundColor") < 60


def lightness(element: Locator, name: str = "color") -> float:
    """0 is black, 255 is white."""
    red, green, blue = map(float, re.findall(r"[\d.]+", style(element, name))[:3])
    return 0.299 * red + 0.587 * green + 0.114 * blue
