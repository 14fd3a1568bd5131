"""Instruments, and what music is played on."""

from marketplace.demo.canvas import Canvas

WOOD, WOOD_DARK, STEEL, VINYL = "#c9935b", "#7d5233", "#c3cad1", "#26262b"


def guitar(c: Canvas) -> None:
    """An acoustic guitar, upright."""
    p = c.palette
    c.blob(
        [(400, 250), (480, 268), (470, 345), (520, 425), (470, 508), (400, 518), (330, 508),
         (280, 425), (330, 345), (320, 268)],
        p.main,
    )  # fmt: skip
    c.ring(400, 352, 52, p.accent, 10)
    c.circle(400, 352, 42, VINYL)
    c.box(383, 110, 417, 340, WOOD_DARK, 3)
    c.shape([(372, 52), (428, 52), (418, 114), (382, 114)], p.dark)
    for y in (66, 84, 102):
        c.circle(366, y, 7, STEEL)
        c.circle(434, y, 7, STEEL)
    for y in (150, 185, 218, 248, 275):
        c.line([(384, y), (416, y)], STEEL, 3)
    c.box(348, 438, 452, 456, WOOD_DARK, 6)
    for x in (391, 397, 403, 409):
        c.line([(x, 70), (x, 446)], "#f3ead9", 1.5)


def ukulele(c: Canvas) -> None:
    """A small one, slanted, with a strap."""
    p = c.palette
    c.curve([(235, 475), (180, 330), (330, 170), (560, 130)], p.accent, 15)
    c.blob(
        [(300, 330), (375, 320), (400, 400), (345, 500), (240, 515), (185, 440), (240, 390)], p.main
    )
    c.line([(330, 378), (590, 135)], WOOD_DARK, 26)
    c.line([(590, 135), (632, 96)], p.dark, 40)
    for x, y in ((590, 108), (622, 84), (618, 138), (648, 112)):
        c.circle(x, y, 8, STEEL)
    c.circle(303, 405, 34, VINYL)
    c.line([(225, 430), (272, 480)], WOOD_DARK, 13)
    c.line([(248, 455), (610, 116)], "#f3ead9", 2)
    c.line([(256, 463), (616, 124)], "#f3ead9", 2)


def headphones(c: Canvas) -> None:
    """Big cushions and a padded band."""
    p = c.palette
    c.arc(400, 340, (190, 215), (180, 360), p.dark, 30)
    c.arc(400, 340, (176, 200), (205, 335), p.accent, 16)
    for x, side in ((222, -1), (578, 1)):
        c.box(x - 42, 310, x + 42, 480, p.main, 40)
        c.box(x - side * 20 - 26, 322, x - side * 20 + 26, 468, p.dark, 24)
        c.circle(x + side * 14, 395, 20, p.light)
    c.curve([(222, 480), (250, 540), (360, 500), (440, 545)], p.dark, 7)


def record_player(c: Canvas) -> None:
    """A turntable with a record on it, seen from above."""
    p = c.palette
    c.box(150, 150, 650, 500, WOOD_DARK, 26)
    c.box(162, 150, 638, 486, WOOD, 22)
    c.circle(350, 318, 152, "#e9e2d6")
    c.circle(350, 318, 144, VINYL)
    for radius in (128, 112, 96, 80):
        c.ring(350, 318, radius, "#3a3a42", 2)
    c.circle(350, 318, 52, p.main)
    c.circle(350, 318, 30, p.light)
    c.circle(350, 318, 7, VINYL)
    c.circle(568, 205, 34, STEEL)
    c.line([(568, 205), (560, 360), (470, 400)], STEEL, 11)
    c.line([(482, 395), (452, 408)], p.dark, 20)
    c.circle(590, 440, 19, p.accent)
    c.circle(540, 440, 13, p.dark)
