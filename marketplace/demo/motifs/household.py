"""What makes a room a home."""

from marketplace.demo.canvas import Canvas

WOOD_DARK, BRASS = "#8d5f36", "#d9a441"


def desk_lamp(c: Canvas) -> None:
    """Two arms and a shade, switched on."""
    p = c.palette
    c.shape([(455, 250), (610, 470), (300, 470)], "#fff3c4")
    c.box(230, 468, 400, 494, p.dark, 13)
    c.line([(315, 470), (260, 320), (420, 190)], p.dark, 13)
    c.circle(260, 320, 15, p.accent)
    c.circle(420, 190, 14, p.accent)
    c.blob([(408, 158), (470, 182), (545, 262), (455, 268), (365, 262), (380, 200)], p.main)
    c.ellipse(455, 264, 90, 17, "#ffe08a")


def floor_lamp(c: Canvas) -> None:
    """A tall stand with a wide shade and a pull switch."""
    p = c.palette
    c.ellipse(400, 500, 92, 17, p.dark)
    c.line([(400, 250), (400, 495)], p.dark, 12)
    c.shape([(330, 92), (470, 92), (535, 258), (265, 258)], p.main)
    c.shape([(330, 92), (360, 92), (330, 258), (265, 258)], p.accent)
    c.ellipse(400, 258, 135, 17, "#ffe7a3")
    c.line([(440, 270), (440, 335)], p.light, 4)
    c.circle(440, 340, 8, p.accent)


def clock(c: Canvas) -> None:
    """A round wall clock, at ten past ten."""
    p = c.palette
    c.circle(400, 300, 190, p.dark)
    c.circle(400, 300, 172, p.light)
    for x, y in ((400, 150), (400, 450), (250, 300), (550, 300)):
        c.circle(x, y, 11, p.main)
    for x, y in ((325, 170), (475, 170), (325, 430), (475, 430)):
        c.circle(x, y, 6, p.accent)
    for x, y in ((270, 225), (530, 225), (270, 375), (530, 375)):
        c.circle(x, y, 6, p.accent)
    c.line([(400, 300), (315, 248)], p.dark, 15)
    c.line([(400, 300), (488, 218)], p.dark, 11)
    c.line([(400, 300), (372, 420)], p.accent, 5)
    c.circle(400, 300, 15, p.main)


def mirror(c: Canvas) -> None:
    """A round mirror in a wide frame, on a leather strap."""
    p = c.palette
    c.line([(270, 250), (400, 95), (530, 250)], WOOD_DARK, 9)
    c.circle(400, 95, 13, BRASS)
    c.circle(400, 315, 180, p.main)
    c.circle(400, 315, 152, "#dfeef2")
    c.shape([(300, 390), (430, 180), (472, 190), (330, 428)], "#f4fafb")
    c.shape([(372, 452), (520, 240), (536, 262), (402, 462)], "#f4fafb")


def plant(c: Canvas) -> None:
    """Broad leaves in a pot on feet."""
    p = c.palette
    greens = ("#2f6f4f", "#3f8a5f", "#5aa873")
    leaves = ((400, 130), (285, 185), (515, 180), (235, 290), (565, 285), (330, 260), (470, 255))
    for index, (x, y) in enumerate(leaves):
        c.curve([(400, 400), ((400 + x) / 2, (400 + y) / 2 - 20), (x, y)], greens[0], 6)
        side = 34 + index % 3 * 5
        tip = (x + (x - 400) * 0.32, y - 58)
        c.blob([tip, (x + side, y - 8), (x + 6, y + 52), (x - side, y - 4)], greens[index % 3])
    c.line([(345, 470), (335, 510)], WOOD_DARK, 12)
    c.line([(455, 470), (465, 510)], WOOD_DARK, 12)
    c.shape([(315, 375), (485, 375), (462, 482), (338, 482)], p.main)
    c.box(305, 362, 495, 396, p.accent, 10)


def teapot(c: Canvas) -> None:
    """A round pot and a cup."""
    p = c.palette
    c.arc(275, 360, (75, 80), (90, 275), p.dark, 20)
    c.shape([(470, 390), (560, 285), (590, 288), (515, 440)], p.main)
    c.ellipse(385, 375, 140, 118, p.main)
    c.ellipse(385, 300, 74, 24, p.dark)
    c.ellipse(385, 290, 70, 22, p.accent)
    c.circle(385, 262, 15, p.dark)
    c.box(295, 360, 475, 384, p.light, 10)
    c.box(330, 472, 440, 496, p.dark, 10)
    c.box(545, 420, 630, 492, p.accent, 22)
    c.arc(635, 450, (24, 22), (270, 90), p.accent, 10)
    c.ellipse(588, 422, 42, 10, p.dark)


def moka(c: Canvas) -> None:
    """A stove-top coffee maker."""
    p = c.palette
    c.curve([(500, 205), (590, 215), (585, 330), (560, 380)], p.dark, 24)
    c.shape([(310, 200), (490, 200), (465, 345), (335, 345)], p.main)
    c.shape([(310, 200), (370, 200), (370, 345), (335, 345)], p.light)
    c.shape([(310, 200), (262, 222), (330, 275)], p.main)
    c.box(325, 340, 475, 366, p.dark, 6)
    c.shape([(335, 366), (465, 366), (500, 505), (300, 505)], p.main)
    c.shape([(335, 366), (375, 366), (362, 505), (300, 505)], p.light)
    c.shape([(320, 200), (480, 200), (420, 152), (380, 152)], p.accent)
    c.circle(400, 142, 17, p.dark)
