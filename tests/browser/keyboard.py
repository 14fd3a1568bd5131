"""Going through a page by Tab alone, as who has no mouse."""

from playwright.sync_api import Locator, Page

MOST_STOPS = 120


def number_stops(page: Page) -> set[str]:
    """Number what can be used and is shown; the numbers. Of some radio buttons one is a stop."""
    return set(
        page.evaluate(
            """() => [...document.querySelectorAll(
                "a[href], button, input:not([type=hidden]), textarea, summary, [tabindex='0']"
            )]
                .filter((each) => each.checkVisibility({visibilityProperty: true}))
                .filter((each) => each.tabIndex >= 0 && !each.disabled && each.type !== "radio")
                .map((each, number) => each.dataset.stop = String(number))"""
        )
    )


def tab_through(page: Page) -> set[str]:
    """Press Tab until it goes round; the numbers reached, each with a focus that is seen."""
    reached: set[str] = set()
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate("document.activeElement.dataset.stop ?? ''")
        if stop in reached or page.evaluate("document.activeElement === document.body"):
            return reached
        check_visible_focus(page)
        reached.add(stop)
    raise AssertionError("Tab never came round")


def tab_to(page: Page, element: Locator) -> None:
    """Press Tab until this has the focus; on the way every focus must be seen."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        check_visible_focus(page)
        if element.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {element}")


def check_visible_focus(page: Page) -> None:
    """What has the focus, or what is drawn in its place, must look otherwise than without."""
    focused = page.locator(":focus")
    described = focused.evaluate("(element) => element.outerHTML.slice(0, 160)")
    assert focused.evaluate(LOOKS_FOCUSED), f"no visible focus: {described}"


# A file field is hidden below its label, which shows the focus instead.
LOOKS_FOCUSED = """(element) => {
    const shown = [element, element.closest("label")].filter(Boolean);
    const look = () => shown.map((each) => {
        for (const transition of each.getAnimations()) transition.finish();
        const {outlineStyle, outlineWidth, outlineColor, boxShadow} = getComputedStyle(each);
        const outline = outlineStyle === "none" ? "" : outlineStyle + outlineWidth + outlineColor;
        return outline + boxShadow;
    }).join();
    const focused = look();
    element.blur();
    const unfocused = look();
    element.focus({focusVisible: true, preventScroll: true});
    return focused !== unfocused;
}"""
