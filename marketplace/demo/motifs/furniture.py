"""Chairs, tables and what things are kept in."""

from marketplace.demo.canvas import Canvas

WOOD, WOOD_DARK, BRASS = "#c08a55", "#8d5f36", "#d9a441"


def armchair(c: Canvas) -> None:
    """Wide and soft, on slanted legs."""
    p = c.palette
    for x, lean in ((300, -14), (500, 14)):
        c.line([(x, 440), (x + lean, 500)], WOOD_DARK, 14)
    c.box(285, 190, 515, 420, p.main, 46)
    c.box(310, 215, 490, 330, p.accent, 30)
    c.box(265, 350, 535, 445, p.main, 26)
    c.box(300, 322, 500, 392, p.light, 24)
    c.box(232, 288, 304, 448, p.dark, 34)
    c.box(496, 288, 568, 448, p.dark, 34)


def sofa(c: Canvas) -> None:
    """Three seats and two cushions."""
    p = c.palette
    for x in (190, 610):
        c.line([(x, 440), (x, 495)], WOOD_DARK, 14)
    c.box(165, 235, 635, 430, p.main, 40)
    c.box(150, 370, 650, 450, p.main, 24)
    for x in (205, 337, 469):
        c.box(x, 335, x + 126, 396, p.light, 20)
    c.box(120, 305, 210, 452, p.dark, 38)
    c.box(590, 305, 680, 452, p.dark, 38)
    c.shape([(232, 262), (312, 250), (322, 334), (240, 342)], p.accent)
    c.shape([(500, 256), (576, 270), (562, 344), (488, 332)], BRASS)


def chair(c: Canvas) -> None:
    """A wooden chair with spindles."""
    p = c.palette
    c.line([(330, 395), (312, 505)], p.dark, 13)
    c.line([(470, 395), (488, 505)], p.dark, 13)
    for x in (352, 384, 416, 448):
        c.line([(x, 190), (x, 360)], p.accent, 9)
    c.line([(322, 165), (330, 380)], p.main, 16)
    c.line([(478, 165), (470, 380)], p.main, 16)
    c.blob([(312, 150), (400, 132), (488, 150), (484, 196), (400, 184), (316, 196)], p.main)
    c.box(296, 358, 504, 394, p.main, 16)
    c.box(296, 378, 504, 394, p.dark, 8)
    c.line([(318, 455), (482, 455)], p.dark, 10)


def table(c: Canvas) -> None:
    """A round top on three legs, with a cup on it."""
    p = c.palette
    for points in ([(300, 330), (235, 505)], [(500, 330), (565, 505)], [(400, 340), (400, 510)]):
        c.line(points, WOOD_DARK, 18)
    c.ellipse(400, 318, 235, 44, WOOD_DARK)
    c.ellipse(400, 306, 235, 44, WOOD)
    c.ellipse(400, 300, 200, 32, "#cd9a66")
    c.box(420, 240, 486, 298, p.main, 14)
    c.arc(490, 266, (20, 18), (270, 90), p.main, 9)
    c.ellipse(453, 242, 33, 9, p.dark)
    c.box(280, 282, 380, 298, p.accent, 4)
    c.box(290, 266, 372, 282, p.light, 4)


def bookshelf(c: Canvas) -> None:
    """Four shelves with books and a small plant."""
    p = c.palette
    c.box(245, 90, 555, 505, WOOD_DARK, 8)
    colours = (p.main, p.accent, p.light, p.dark, BRASS)
    for row in range(4):
        top = 108 + row * 98
        c.box(262, top, 538, top + 84, "#f4e6d2")
        x = 270
        for book in range(9 - row % 2 * 3):
            width, height = 18 + (book * 7 + row * 5) % 14, 54 + (book * 11 + row * 17) % 24
            c.box(x, top + 84 - height, x + width, top + 84, colours[(book + row) % 5], 2)
            x += width + 3
    c.box(470, 250, 512, 290, p.accent, 6)
    c.blob([(491, 206), (520, 226), (505, 252), (477, 252), (462, 226)], "#4d8b5b")


def drawers(c: Canvas) -> None:
    """A chest of drawers with a lamp on it."""
    p = c.palette
    for x in (250, 550):
        c.line([(x, 470), (x, 508)], WOOD_DARK, 16)
    c.box(215, 250, 585, 478, WOOD, 12)
    for top in (266, 338, 410):
        c.box(232, top, 568, top + 58, p.main, 8)
        for x in (325, 475):
            c.circle(x, top + 29, 9, BRASS)
    c.box(322, 218, 352, 250, p.dark, 8)
    c.shape([(300, 140), (374, 140), (400, 220), (274, 220)], p.accent)
    c.box(450, 202, 540, 218, p.dark, 3)
    c.box(456, 218, 548, 234, p.light, 3)
    c.box(446, 234, 536, 250, p.accent, 3)
