"""How long the browser is busy at a stretch, where there is much to show.

``python -m bench.long_tasks`` serves the site with 3,000 messages in one conversation and 3,000
conversations in one inbox, scrolls through them in Chromium and types, and prints the browser's
own long-task entries: each is a stretch of more than 50 ms in which it answered nobody.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.long_lists import fill
from config import Settings
from marketplace import create_app
from tests.browser.stage import Person, Stage
from tests.servers import Server

TYPED = "Would Saturday afternoon suit you, around three, at the station?"
COMPOSER, SEARCH = "#composer textarea", ".inbox-search [name=q]"
WHEEL_PX = 400  # with each frame: some 24,000 in a second
WINDOW = {"width": 1280, "height": 800}

NOTE_LONG_TASKS = """
window.longTasks = [];
new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((each) => each.duration)))
    .observe({type: "longtask", buffered: true});
"""


def main() -> None:
    """Print the table."""
    with served() as (page, conversation):
        print(f"{'':44}{'long tasks':>12}{'longest':>10}{'together':>10}")
        step(page, "conversation: loaded", lambda: page.goto(f"/messages/{conversation}"))
        step(page, "conversation: typed, 50 messages", lambda: type_text(page, COMPOSER))
        step(page, "conversation: scrolled to the oldest", lambda: scroll_up(page))
        step(page, f"conversation: typed, {count(page, '[data-seq]')} messages",
             lambda: type_text(page, COMPOSER))  # fmt: skip
        step(page, "conversation: scrolled to the newest", lambda: scroll_down(page))
        # In a tab of its own: the browser takes a page's memory back while the next one is used.
        inbox = page.context.new_page()
        page.close()
        step(inbox, "inbox: loaded", lambda: inbox.goto("/messages"))
        step(inbox, "inbox: scrolled to the oldest", lambda: scroll_list(inbox))
        rows = count(inbox, "[data-conversation]")
        step(inbox, f"inbox: searched, {rows} rows", lambda: type_text(inbox, SEARCH))


def step(page: Page, name: str, do: Callable[[], object]) -> None:
    """Do it, and print what the browser was busy with meanwhile."""
    page.evaluate("() => { window.longTasks?.splice(0) }")
    do()
    page.wait_for_timeout(1_000)  # what it set off ends too
    durations: list[float] = page.evaluate("longTasks")
    longest, together = max(durations, default=0), sum(durations)
    print(f"{name:44}{len(durations):>12}{longest:>7.0f} ms{together:>7.0f} ms", flush=True)


def type_text(page: Page, field: str) -> None:
    """One key after the other, as somebody who types fast."""
    page.locator(field).first.press_sequentially(TYPED, delay=30)


def scroll_up(page: Page) -> None:
    """By the wheel, until there is nothing older."""
    over_the_log(page)
    while page.evaluate(
        "document.querySelector('.older:not([hidden])') !== null"
        " || document.querySelector('[role=log]').scrollTop"
    ):
        page.mouse.wheel(0, -WHEEL_PX)
        frame(page)


def scroll_down(page: Page) -> None:
    """Back to the end."""
    over_the_log(page)
    while page.evaluate(
        "(({scrollHeight, scrollTop, clientHeight}) => scrollHeight - scrollTop - clientHeight > 2)"
        "(document.querySelector('[role=log]'))"
    ):
        page.mouse.wheel(0, WHEEL_PX * 4)
        frame(page)


def scroll_list(page: Page) -> None:
    """Through the inbox, until all conversations are there."""
    page.mouse.move(200, 500)
    while page.evaluate("document.querySelector('.inbox-more') !== null"):
        page.mouse.wheel(0, WHEEL_PX)
        frame(page)


def over_the_log(page: Page) -> None:
    """Where the wheel turns the messages."""
    page.get_by_role("log").hover()


def frame(page: Page) -> None:
    """Let the browser draw."""
    page.evaluate("() => new Promise(requestAnimationFrame)")


def count(page: Page, selector: str) -> int:
    """How many there are; a locator would ask each element for a shadow root, in a long task."""
    return int(page.evaluate("(selector) => document.querySelectorAll(selector).length", selector))


@contextmanager
def served() -> Iterator[tuple[Page, int]]:
    """Bea's window on the filled site, and the conversation with all the messages."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(f"sqlite:///{folder}/bench.db", Path(folder) / "instance") as server,
        sync_playwright() as playwright,
    ):
        stage = Stage(create_app(Settings.from_environment(server.environment)))
        bea, sam = stage.person("Bea"), stage.person("Sam")
        conversation = fill(stage.app, bea, sam)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(base_url=server.url, locale="en", viewport=WINDOW)
        context.add_init_script(NOTE_LONG_TASKS)
        yield Person(context, server.url, stage, bea).page, conversation
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
