"""For the road, the mountains and the garden."""

import math

from marketplace.demo.canvas import Canvas

TYRE, STEEL = "#2b2d33", "#aab4bd"


def bicycle(c: Canvas) -> None:
    """A diamond frame, seen from the side."""
    p = c.palette
    for x in (245, 555):
        _wheel(c, x, 395, 118)
    c.line([(245, 395), (330, 250), (500, 240), (378, 400), (245, 395)], p.main, 15)
    c.line([(378, 400), (318, 205)], p.main, 15)
    c.line([(555, 395), (490, 195)], p.main, 15)
    c.blob([(272, 196), (318, 186), (362, 198), (322, 212)], p.dark)
    c.curve([(490, 198), (480, 172), (512, 160), (545, 178), (540, 200)], p.dark, 12)
    c.circle(378, 400, 34, p.dark)
    c.circle(378, 400, 22, p.accent)
    c.line([(378, 400), (412, 448)], p.dark, 9)
    c.line([(396, 450), (432, 450)], p.dark, 11)


def city_bike(c: Canvas) -> None:
    """A low step, mudguards and a basket in front."""
    p = c.palette
    for x in (240, 560):
        c.arc(x, 395, (130, 130), (185, 350), p.accent, 10)
        _wheel(c, x, 395, 112)
    c.curve([(505, 250), (455, 370), (375, 405), (300, 330)], p.main, 16)
    c.line([(375, 405), (310, 205)], p.main, 15)
    c.line([(240, 395), (375, 405)], p.main, 12)
    c.line([(240, 395), (318, 260)], p.main, 12)
    c.line([(560, 395), (495, 165)], p.main, 15)
    c.blob([(262, 198), (312, 182), (362, 194), (316, 216)], "#8d5f36")
    c.curve([(430, 160), (470, 150), (500, 165)], p.dark, 12)
    c.shape([(520, 190), (640, 190), (622, 275), (538, 275)], "#c08a55")
    for y in (210, 232, 254):
        c.line([(528, y), (632, y)], "#8d5f36", 4)
    c.circle(375, 405, 26, p.dark)


def _wheel(c: Canvas, x: float, y: float, radius: float) -> None:
    for spoke in range(8):
        dx, dy = math.cos(spoke * math.pi / 8) * radius, math.sin(spoke * math.pi / 8) * radius
        c.line([(x - dx * 0.9, y - dy * 0.9), (x + dx * 0.9, y + dy * 0.9)], STEEL, 2)
    c.ring(x, y, radius, TYRE, 12)
    c.ring(x, y, radius - 12, c.palette.light, 4)
    c.circle(x, y, 13, c.palette.dark)


def skateboard(c: Canvas) -> None:
    """Leaning up, its coloured underside to the front."""
    p = c.palette
    c.blob(
        [
            (400, 80),
            (462, 115),
            (466, 300),
            (462, 478),
            (400, 515),
            (338, 478),
            (334, 300),
            (338, 115),
        ],
        p.main,
    )
    c.shape([(336, 250), (465, 190), (466, 262), (336, 322)], p.accent)
    c.shape([(336, 340), (465, 280), (465, 305), (336, 365)], p.light)
    for y in (160, 435):
        c.box(318, y - 9, 482, y + 9, STEEL, 8)
        for x in (308, 492):
            c.box(x - 17, y - 26, x + 17, y + 26, p.dark, 12)


def tent(c: Canvas) -> None:
    """A tent at night, its door open."""
    p = c.palette
    c.shape([(400, 165), (660, 480), (140, 480)], p.main)
    c.shape([(400, 165), (660, 480), (540, 480)], p.dark)
    c.shape([(400, 165), (330, 480), (480, 480)], "#ffe9a8")
    c.shape([(400, 165), (330, 480), (290, 480)], p.accent)
    c.line([(400, 165), (415, 135)], p.dark, 8)
    for x, peg in ((140, 100), (660, 700)):
        c.line([(x, 480), (peg, 496)], p.light, 4)


def skis(c: Canvas) -> None:
    """A pair of skis and their poles, in the snow."""
    p = c.palette
    c.box(0, 462, 800, 600, "#f7fafc")
    for x, lean in ((330, -26), (420, 26)):
        c.curve([(x + lean - 4, 62), (x + lean, 95), (x, 280), (x - lean / 3, 490)], p.main, 38)
        c.line([(x + lean * 0.7, 160), (x + lean * 0.42, 225)], p.accent, 38)
        c.box(x - 20, 300, x + 22, 372, p.dark, 8)
    for x, lean in ((240, -30), (530, 30)):
        c.line([(x + lean, 165), (x, 490)], STEEL, 7)
        c.line([(x + lean, 160), (x + lean * 0.8, 205)], p.dark, 16)
        c.ellipse(x, 452, 24, 8, p.dark)
    c.ellipse(400, 500, 300, 30, "#e7eff5")


def watering_can(c: Canvas) -> None:
    """A can with a rose, and drops."""
    p = c.palette
    c.arc(390, 285, (105, 110), (185, 355), p.dark, 17)
    c.curve([(275, 285), (205, 330), (215, 430), (290, 455)], p.dark, 17)
    c.shape([(480, 430), (620, 255), (642, 272), (500, 480)], p.main)
    c.shape([(600, 240), (662, 290), (680, 262), (626, 216)], p.accent)
    c.shape([(270, 285), (510, 285), (530, 495), (250, 495)], p.main)
    c.ellipse(390, 285, 120, 22, p.dark)
    c.box(258, 400, 522, 428, p.light)
    for x, y in ((690, 330), (716, 372), (676, 392), (702, 440)):
        c.blob([(x, y - 16), (x + 9, y + 4), (x, y + 13), (x - 9, y + 4)], "#7fb7d6")
