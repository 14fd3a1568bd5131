"""Flat shapes on a canvas of 800 by 600 units, drawn large and reduced to smooth the edges."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 800, 600
SCALE = 3  # pixels a unit while drawing
REDUCTION = 2  # of those, in each direction, become one
CURVE_STEPS = 10

Point = tuple[float, float]


@dataclass(frozen=True)
class Palette:
    """The colours of one picture: where the thing stands, and the thing itself."""

    wall: str
    floor: str
    shade: str
    main: str
    accent: str
    dark: str
    light: str


class Canvas:
    """What the motifs are drawn on. All measures are in units."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self._image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), palette.wall)
        self._draw = ImageDraw.Draw(self._image)

    def picture(self) -> Image.Image:
        """What was drawn, with smooth edges."""
        return self._image.reduce(REDUCTION)

    def box(  # noqa: PLR0917 - a shape is its measures
        self, x0: float, y0: float, x1: float, y1: float, fill: str, radius: float = 0
    ) -> None:
        """A rectangle, its corners rounded."""
        corners = _scaled([(x0, y0), (x1, y1)])
        self._draw.rounded_rectangle(corners, radius * SCALE, fill)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: str) -> None:
        """A filled ellipse around its middle."""
        self._draw.ellipse(_scaled([(x - rx, y - ry), (x + rx, y + ry)]), fill)

    def circle(self, x: float, y: float, radius: float, fill: str) -> None:
        """A filled circle around its middle."""
        self.ellipse(x, y, radius, radius, fill)

    def ring(self, x: float, y: float, radius: float, colour: str, width: float) -> None:
        """A circle's line; ``radius`` is its outer edge."""
        corners = _scaled([(x - radius, y - radius), (x + radius, y + radius)])
        self._draw.ellipse(corners, outline=colour, width=round(width * SCALE))

    def arc(  # noqa: PLR0917
        self,
        x: float,
        y: float,
        radius: Point,
        span: tuple[float, float],
        colour: str,
        width: float,
    ) -> None:
        """A part of an ellipse's line, in degrees, clockwise from three o'clock."""
        (rx, ry), (start, end) = radius, span
        corners = _scaled([(x - rx, y - ry), (x + rx, y + ry)])
        self._draw.arc(corners, start, end, colour, round(width * SCALE))

    def shape(self, points: Sequence[Point], fill: str) -> None:
        """A polygon."""
        self._draw.polygon(_scaled(points), fill)

    def blob(self, points: Sequence[Point], fill: str) -> None:
        """A closed form that runs smoothly through its points."""
        self.shape(_smooth([points[-1], *points, points[0], points[1]]), fill)

    def line(self, points: Sequence[Point], colour: str, width: float) -> None:
        """A line with round ends and corners."""
        self._draw.line(_scaled(points), colour, round(width * SCALE), joint="curve")
        for x, y in (points[0], points[-1]):
            self.circle(x, y, width / 2 - 0.25, colour)

    def curve(self, points: Sequence[Point], colour: str, width: float) -> None:
        """A line that runs smoothly through its points."""
        self.line(_smooth([points[0], *points, points[-1]]), colour, width)


def _scaled(points: Sequence[Point]) -> list[Point]:
    return [(x * SCALE, y * SCALE) for x, y in points]


def _smooth(points: Sequence[Point]) -> list[Point]:
    """A Catmull-Rom curve through all points but the first and last, which only bend it."""
    path: list[Point] = []
    for i in range(1, len(points) - 2):
        for step in range(CURVE_STEPS + 1):
            t = step / CURVE_STEPS
            path.append(
                (
                    _between([point[0] for point in points[i - 1 : i + 3]], t),
                    _between([point[1] for point in points[i - 1 : i + 3]], t),
                )
            )
    return path


def _between(four: Sequence[float], t: float) -> float:
    before, start, end, after = four
    return 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
