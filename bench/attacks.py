"""What somebody sends to stop the site: each has done so once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bench import hostile
from bench.site import Site
from bench.visits import OPEN_PAGES, form, page, put, upload
from tests.soak.client import Visitor

SOMEBODY, STRANGER = "somebody signed in", "a stranger"
PICTURES_AT_ONCE = 20
LISTING = {"title": "Bicycle", "description": "Rides well.", "price": "120", "currency": "EUR"}
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Attack:
    """``who`` sends these requests again and again, so many ``at_once``, each on a connection."""

    name: str
    who: str
    requests: Sequence[bytes]
    at_once: int = 20


def attacks(site: Site) -> Iterator[Attack]:
    """All of them. The site's last conversation is full of hostile texts; who attacks is the seller
    of the last but one."""
    mallory, stranger = site.visitor(site.pairs[-2].seller), site.stranger()
    yield Attack("nothing", "nobody", [], at_once=0)  # what others see of a busy machine
    yield from _pictures(site)
    yield from _searches(mallory, stranger)
    yield from _texts(site)
    yield from _fields(stranger)
    yield from _writes(site, mallory)
    yield from _memory(mallory, stranger)
    everywhere = [page(path, stranger) for path in OPEN_PAGES]
    yield Attack("pages, one after the other", STRANGER, everywhere)


def _pictures(site: Site) -> Iterator[Attack]:
    """Each by somebody else: one person's uploads are limited."""
    uploaders = (site.visitor(pair.buyer) for pair in reversed(site.pairs))
    pictures = {
        "JPEG of 3,600 scans": hostile.scans(),
        "PNG of 9,000 profiles": hostile.profiles(),
        "JPEG of fill bytes": hostile.fill(),
        "JPEG of comments": hostile.comments(),
        "WebP of one colour": hostile.blank(),
    }
    for name, picture in pictures.items():
        request = upload("/api/v1/attachments", next(uploaders), "file", picture)
        yield Attack(name, SOMEBODY, [request])
    fields = {**LISTING, "title": ""}
    request = upload("/marketplace/new", next(uploaders), "photos", hostile.scans(), **fields)
    yield Attack("the first, listing without title", SOMEBODY, [request])


def _searches(mallory: Visitor, stranger: Visitor) -> Iterator[Attack]:
    unfolding = quote(hostile.UNFOLDS * 99)
    words = "+".join(f"w{number}" for number in range(400))
    yield Attack("search for U+2057", STRANGER, [page(f"/marketplace?q={unfolding}", stranger)])
    yield Attack("search for 400 words", STRANGER, [page(f"/marketplace?q={words}", stranger)])
    yield Attack("inbox searched for U+2057", SOMEBODY, [page(f"/messages?q={unfolding}", mallory)])


def _texts(site: Site) -> Iterator[Attack]:
    pair = site.pairs[-1]
    reader = site.visitor(pair.seller)
    polls = [page(f"/messages/{pair.id}/poll?after={after}", reader) for after in range(0, 100, 5)]
    yield Attack("polls with 200 hostile texts", SOMEBODY, polls)
    yield Attack("pages of hostile texts", SOMEBODY, [page(f"/messages/{pair.id}", reader)])
    # Texts of the same length that are only that: what anybody costs who asks for so many pages.
    plain = site.pairs[-3]
    request = page(f"/messages/{plain.id}", site.visitor(plain.seller))
    yield Attack("control: pages of long texts", SOMEBODY, [request])


def _fields(stranger: Visitor) -> Iterator[Attack]:
    fields = {"email": hostile.marks(), "password": PASSWORD, "name": "Mallory"}
    for path in ("/login", "/register", "/reset"):
        yield Attack(f"{path}, 470 kB of marks", STRANGER, [form(path, stranger, **fields)])
    many = {f"a{number}": "" for number in range(80_000)}
    yield Attack("/login, 80,000 fields", STRANGER, [form("/login", stranger, **many)])


def _writes(site: Site, mallory: Visitor) -> Iterator[Attack]:
    pair = site.pairs[-2]
    new, status = "/marketplace/new", f"/marketplace/{pair.listing}/status"
    yield Attack("new listings", SOMEBODY, [form(new, mallory, **LISTING)])
    photo = upload(new, mallory, "photos", hostile.photo(), **LISTING)
    yield Attack("new listings with a photo", SOMEBODY, [photo])
    there_and_back = [form(status, mallory, status=each) for each in ("reserved", "available")]
    yield Attack("reserved, available, reserved", SOMEBODY, there_and_back)
    names = [form("/profile", mallory, name=f"Mallory {n}", language="") for n in range(20)]
    yield Attack("another name each time", SOMEBODY, names)
    typing = put(f"/api/v1/conversations/{pair.id}/typing", mallory)
    yield Attack("typing", SOMEBODY, [typing])


def _memory(mallory: Visitor, stranger: Visitor) -> Iterator[Attack]:
    for who, visitor in ((STRANGER, stranger), (SOMEBODY, mallory)):
        junk = [page("/login", hostile.with_junk(visitor, number)) for number in range(1_000)]
        yield Attack(f"junk, {who}", who, junk)
    people = [{"name": f"Eve {n}", "email": f"eve{n}@example.com"} for n in range(100)]
    signing_up = [form("/register", stranger, **each, password=PASSWORD) for each in people]
    yield Attack("signing up", STRANGER, signing_up)
    addresses = [f"person{number}@example.com" for number in range(1, 41)]
    wrong = [form("/login", stranger, email=each, password="wrong") for each in addresses]
    yield Attack("wrong passwords", STRANGER, wrong)
