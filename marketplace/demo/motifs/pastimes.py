"""Pictures, play, writing and reading."""

from marketplace.demo.canvas import Canvas

WOOD_DARK, STEEL, GLASS = "#7d5233", "#c3cad1", "#26262b"


def camera(c: Canvas) -> None:
    """A film camera with a big lens."""
    p = c.palette
    c.curve([(225, 260), (150, 180), (210, 100), (340, 130)], p.accent, 13)
    c.box(330, 188, 470, 260, p.dark, 16)
    c.box(230, 212, 300, 248, p.dark, 8)
    c.circle(530, 222, 26, p.accent)
    c.box(205, 235, 595, 480, p.main, 30)
    c.box(205, 300, 595, 435, p.dark)
    c.circle(400, 365, 115, p.light)
    c.circle(400, 365, 98, GLASS)
    c.circle(400, 365, 68, "#39465a")
    c.circle(400, 365, 40, "#5b7290")
    c.circle(372, 336, 16, "#dfe9f3")
    c.circle(545, 268, 13, "#ffe08a")


def books(c: Canvas) -> None:
    """A pile, and one leaning on it."""
    p = c.palette
    pile = ((230, 560, p.main), (255, 540, p.light), (215, 530, p.dark), (245, 565, p.accent))
    for index, (left, right, colour) in enumerate(pile):
        top = 440 - index * 58
        c.box(left, top, right, top + 56, colour, 8)
        c.box(right - 26, top + 9, right - 3, top + 47, "#f7f0e2", 3)
        c.line([(left + 40, top + 28), (left + 130 + index * 20, top + 28)], "#f7f0e2", 5)
    c.shape([(610, 498), (560, 220), (600, 212), (650, 491)], "#d9a441")
    c.shape([(600, 468), (597, 448), (637, 441), (640, 461)], p.dark)
    c.box(330, 196, 420, 264, p.light, 18)
    c.arc(424, 228, (22, 20), (270, 90), p.light, 10)
    c.ellipse(375, 200, 45, 10, WOOD_DARK)


def gamepad(c: Canvas) -> None:
    """A controller with two sticks."""
    p = c.palette
    c.curve([(400, 240), (398, 170), (470, 150), (450, 80)], p.dark, 10)
    c.blob(
        [(270, 245), (400, 262), (530, 245), (620, 330), (640, 465), (570, 485), (490, 410),
         (400, 402), (310, 410), (230, 485), (160, 465), (180, 330)],
        p.main,
    )  # fmt: skip
    c.box(238, 306, 318, 332, p.dark, 6)
    c.box(265, 279, 291, 359, p.dark, 6)
    for x, y, colour in (
        (540, 283, p.accent),
        (578, 320, "#f2c14e"),
        (502, 320, p.light),
        (540, 357, p.dark),
    ):
        c.circle(x, y, 18, colour)
    for x in (335, 465):
        c.circle(x, 372, 36, p.dark)
        c.circle(x, 368, 25, p.light)
    c.box(372, 296, 428, 312, p.light, 8)


def typewriter(c: Canvas) -> None:
    """With a sheet of paper in it."""
    p = c.palette
    c.box(290, 95, 510, 300, "#fbf8f0", 4)
    for y in (130, 156, 182):
        c.line([(318, y), (482 - (y % 3) * 40, y)], "#c9c2b4", 5)
    c.box(200, 232, 600, 272, p.dark, 18)
    c.circle(190, 252, 24, p.accent)
    c.circle(610, 252, 24, p.accent)
    c.shape([(245, 270), (555, 270), (640, 490), (160, 490)], p.main)
    c.box(255, 290, 545, 330, p.dark, 12)
    for row in range(3):
        for key in range(9):
            c.circle(252 - row * 18 + key * (37 + row * 4.5), 366 + row * 44, 14, p.light)


def laptop(c: Canvas) -> None:
    """Open, with a landscape on its screen."""
    p = c.palette
    c.box(210, 150, 590, 420, p.dark, 20)
    c.box(228, 168, 572, 402, "#a9d5e5", 6)
    c.circle(490, 236, 34, "#ffe08a")
    c.shape([(228, 402), (330, 262), (420, 402)], p.main)
    c.shape([(350, 402), (470, 290), (572, 402)], p.accent)
    c.shape([(300, 303), (330, 262), (359, 307), (330, 318)], "#ffffff")
    c.shape([(210, 420), (590, 420), (660, 480), (140, 480)], STEEL)
    c.box(140, 474, 660, 494, "#98a2ac", 9)
    c.shape([(250, 432), (550, 432), (575, 458), (225, 458)], "#7f8a95")


def train(c: Canvas) -> None:
    """A wooden engine with a carriage."""
    p = c.palette
    c.box(110, 470, 690, 486, WOOD_DARK, 6)
    c.box(165, 300, 350, 440, p.accent, 16)
    for x in (188, 270):
        c.box(x, 325, x + 58, 378, p.light, 8)
    c.line([(350, 425), (400, 425)], p.dark, 12)
    c.box(400, 225, 520, 440, p.main, 14)
    c.box(422, 252, 498, 316, p.light, 8)
    c.box(385, 200, 535, 232, p.dark, 12)
    c.box(500, 320, 640, 440, p.main, 26)
    c.shape([(568, 250), (622, 250), (610, 322), (580, 322)], p.dark)
    c.circle(640, 380, 13, "#ffe08a")
    for x in (205, 310, 440, 530, 606):
        c.circle(x, 446, 30, p.dark)
        c.circle(x, 446, 12, p.light)
    for x, y, radius in ((600, 215, 20), (560, 165, 28), (500, 118, 36)):
        c.circle(x, y, radius, p.light)
