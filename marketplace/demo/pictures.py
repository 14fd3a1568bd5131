"""The demo's pictures: a thing, drawn in one of several palettes before one of several backdrops.

They are drawn when the demo is put in, so that the repository holds no image of a listing.
"""

from collections.abc import Callable
from functools import cache

from marketplace.demo.canvas import HEIGHT, WIDTH, Canvas, Palette
from marketplace.demo.motifs import furniture, household, luggage, music, outdoors, pastimes
from marketplace.storage import images
from marketplace.storage.images import Picture

FLOOR = 430

PALETTES = {
    "sage": Palette("#dbe7dc", "#c5d6c7", "#aec3b1", "#e07a5f", "#f2cc8f", "#3d405b", "#fdf6ec"),
    "peach": Palette("#fbe3d3", "#f3cdb4", "#e3b698", "#2f6690", "#81c3d7", "#16425b", "#fffaf3"),
    "sky": Palette("#d7e9f4", "#bcd8ea", "#a2c3d8", "#e4572e", "#ffc857", "#29335c", "#fdfdf8"),
    "lilac": Palette("#e6def2", "#d3c7e6", "#bbadd3", "#3a7d7c", "#f4a259", "#2d2a4a", "#fbf7ff"),
    "sand": Palette("#f3ead7", "#e3d3b4", "#cfbc97", "#bc4749", "#6a994e", "#386641", "#fdfaf1"),
    "mint": Palette("#d3efe4", "#b4ddcd", "#98c6b4", "#5f4bb6", "#f78e69", "#26225b", "#f6fffb"),
    "rose": Palette("#f9dde2", "#eec1ca", "#dba6b1", "#1f7a8c", "#f6c667", "#022b3a", "#fff8f5"),
    "slate": Palette("#44546a", "#364456", "#2b3746", "#f4a261", "#e9c46a", "#1d2731", "#f1faee"),
    "night": Palette("#2c3a5a", "#22304d", "#19243d", "#e76f51", "#f4d58d", "#10172a", "#f8f4e3"),
    "butter": Palette("#fdf0c4", "#f2dc97", "#dec67c", "#33658a", "#f26419", "#2f4858", "#fffdf4"),
}


@cache
def draw(motif: str, palette: str, backdrop: str) -> Picture:
    """A picture by the names of its parts: the same names, the same picture."""
    canvas = Canvas(PALETTES[palette])
    _BACKDROPS[backdrop](canvas)
    _MOTIFS[motif](canvas)
    return images.encode(canvas.picture())


def _room(c: Canvas) -> None:
    c.box(0, FLOOR, WIDTH, HEIGHT, c.palette.floor)
    c.ellipse(WIDTH / 2, 502, 260, 20, c.palette.shade)


def _window(c: Canvas) -> None:
    c.shape([(420, 0), (620, 0), (440, FLOOR), (240, FLOOR)], c.palette.floor)
    c.shape([(660, 0), (740, 0), (560, FLOOR), (480, FLOOR)], c.palette.floor)
    _room(c)


def _circle(c: Canvas) -> None:
    c.circle(WIDTH / 2, 290, 255, c.palette.floor)
    c.ellipse(WIDTH / 2, 504, 210, 17, c.palette.shade)


def _arch(c: Canvas) -> None:
    c.circle(WIDTH / 2, 300, 250, c.palette.floor)
    c.box(150, 300, 650, 520, c.palette.floor)
    c.box(0, 500, WIDTH, HEIGHT, c.palette.shade)


def _dots(c: Canvas) -> None:
    for row in range(9):
        for column in range(12):
            c.circle(20 + column * 72 + row % 2 * 36, 20 + row * 72, 9, c.palette.floor)
    c.ellipse(WIDTH / 2, 504, 230, 17, c.palette.shade)


def _wall(c: Canvas) -> None:
    """For what hangs: nothing stands, nothing casts a shadow."""
    c.box(0, 500, WIDTH, HEIGHT, c.palette.floor)
    c.box(0, 492, WIDTH, 506, c.palette.shade)


def _stripes(c: Canvas) -> None:
    for x in range(-600, WIDTH, 120):
        c.shape([(x, HEIGHT), (x + 600, 0), (x + 650, 0), (x + 50, HEIGHT)], c.palette.floor)
    c.ellipse(WIDTH / 2, 504, 230, 17, c.palette.shade)


_BACKDROPS: dict[str, Callable[[Canvas], None]] = {
    "room": _room,
    "window": _window,
    "circle": _circle,
    "arch": _arch,
    "dots": _dots,
    "stripes": _stripes,
    "wall": _wall,
}

_MOTIFS: dict[str, Callable[[Canvas], None]] = {
    name: motif
    for module in (furniture, household, luggage, music, outdoors, pastimes)
    for name, motif in vars(module).items()
    if not name.startswith("_") and getattr(motif, "__module__", None) == module.__name__
}
