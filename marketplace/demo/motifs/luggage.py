"""What things are carried in, and what is worn."""

from marketplace.demo.canvas import Canvas

STEEL, RUBBER = "#aab4bd", "#3a3d45"


def suitcase(c: Canvas) -> None:
    """Four wheels, two straps and a sticker."""
    p = c.palette
    c.line([(350, 195), (350, 105), (450, 105), (450, 195)], STEEL, 12)
    for x in (310, 490):
        c.circle(x, 492, 19, RUBBER)
    c.box(265, 180, 535, 482, p.main, 34)
    for x in (300, 344, 388, 432, 476):
        c.line([(x + 12, 205), (x + 12, 458)], p.dark, 5)
    c.box(265, 240, 535, 262, p.accent, 4)
    c.box(265, 396, 535, 418, p.accent, 4)
    c.circle(452, 330, 42, p.light)
    c.shape([(424, 346), (446, 308), (462, 332), (470, 322), (484, 346)], p.accent)


def backpack(c: Canvas) -> None:
    """A rolled mat on top, pockets in front."""
    p = c.palette
    c.arc(400, 165, (46, 50), (180, 360), p.dark, 14)
    c.box(290, 150, 510, 500, p.main, 70)
    c.box(262, 330, 310, 468, p.dark, 22)
    c.box(490, 330, 538, 468, p.dark, 22)
    c.box(300, 140, 500, 250, p.accent, 50)
    c.box(318, 318, 482, 470, p.accent, 26)
    c.line([(330, 352), (470, 352)], p.light, 7)
    for x in (350, 450):
        c.box(x - 10, 225, x + 10, 300, p.dark, 4)
        c.box(x - 15, 262, x + 15, 284, p.light, 4)
    c.box(255, 92, 545, 148, p.light, 28)
    c.ring(283, 120, 19, p.main, 7)


def handbag(c: Canvas) -> None:
    """Leather, with a clasp."""
    p = c.palette
    c.arc(400, 255, (92, 125), (180, 360), p.dark, 17)
    c.blob([(285, 245), (400, 236), (515, 245), (575, 470), (400, 500), (225, 470)], p.main)
    c.blob([(282, 242), (400, 234), (518, 242), (535, 330), (400, 385), (265, 330)], p.accent)
    c.box(372, 345, 428, 405, "#d9a441", 10)
    c.circle(400, 374, 9, p.dark)
    for x in (308, 492):
        c.circle(x, 255, 13, "#d9a441")


def sneakers(c: Canvas) -> None:
    """A pair, one behind the other."""
    p = c.palette
    for dx, dy, body in ((70, -70, p.dark), (-40, 0, p.main)):
        points = [
            (210, 300),
            (262, 268),
            (330, 300),
            (420, 372),
            (560, 400),
            (590, 445),
            (205, 450),
        ]
        c.blob([(x + dx, y + dy) for x, y in points], body)
        c.box(190 + dx, 440 + dy, 604 + dx, 478 + dy, p.light, 18)
        c.box(190 + dx, 464 + dy, 604 + dx, 478 + dy, "#d9d4cb", 7)
        for step in range(4):
            x, y = 338 + step * 32 + dx, 318 + step * 21 + dy
            c.line([(x - 16, y + 22), (x + 14, y - 6)], p.light, 8)
        c.curve([(232 + dx, 372 + dy), (300 + dx, 420 + dy), (400 + dx, 418 + dy)], p.accent, 17)
