"""Where things are on the screen, in CSS pixels."""

from dataclasses import dataclass

from playwright.sync_api import Locator


@dataclass(frozen=True)
class Box:
    """A rectangle, from the window's top left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    @property
    def middle(self) -> float:
        """Half way from left to right."""
        return self.left + self.width / 2


def box(locator: Locator) -> Box:
    """Where the one element is; it must be drawn."""
    found = locator.bounding_box()
    assert found, f"{locator} is not drawn"
    return Box(found["x"], found["y"], found["width"], found["height"])


def style(locator: Locator, name: str) -> str:
    """What the browser makes of all styles together, for one property."""
    return str(locator.evaluate("(element, name) => getComputedStyle(element)[name]", name))


def pixels(locator: Locator, name: str) -> float:
    """A property that is a length."""
    return float(style(locator, name).removesuffix("px"))
