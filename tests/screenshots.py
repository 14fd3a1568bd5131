"""Pictures of every page: ``python -m tests.screenshots [part of a page's name ...]``.

Serves the demo from a folder of its own, and puts pictures of each page into ``screenshots/``:
wide and narrow, light and dark, and in French. To look at, not to compare.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, ViewportSize, sync_playwright
from sqlalchemy import select

from config import Settings
from marketplace import create_app
from marketplace.accounts.models import User
from marketplace.demo import entries, pictures
from marketplace.storage.database import db
from tests.browser.pages import PAGES
from tests.browser.scene import Scene, prepare
from tests.browser.stage import Stage
from tests.browser.visitor import Visitor
from tests.servers import ROOT, Server

FOLDER = ROOT / "screenshots"
SIZES: dict[str, ViewportSize] = {
    "wide": {"width": 1280, "height": 800},
    "narrow": {"width": 375, "height": 740},
}
PICTURES = (
    "bicycle/sand/room",
    "bicycle/sand/circle",
    "bicycle/sage/arch",
    "table/lilac/arch",
    "books/night/room",
    "tent/slate/arch",
    "desk_lamp/sand/dots",
    "chair/sky/circle",
)
Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class Look:
    """One way to see all pages."""

    size: str
    scheme: Scheme
    language: str

    @property
    def suffix(self) -> str:
        """What distinguishes its pictures' names."""
        return f"{self.size}-{self.scheme}-{self.language}"

    def options(self) -> dict[str, Any]:
        """What a window needs for it."""
        return {
            "locale": self.language,
            "viewport": SIZES[self.size],
            "color_scheme": self.scheme,
            "reduced_motion": "reduce",
        }


SCHEMES: tuple[Scheme, ...] = ("light", "dark")
LOOKS = [
    *(Look(size, scheme, "en") for size, scheme in product(SIZES, SCHEMES)),
    *(Look(size, "light", "fr") for size in SIZES),
]


def main(wanted: list[str]) -> None:
    """Take them all, or those whose page's name contains one of the words."""
    FOLDER.mkdir(exist_ok=True)
    with served() as (site, stage), chromium() as browser:
        scene = prepare(stage, *demo_people(stage), drawn())
        for look in LOOKS:
            for user in scene.people.values():
                stage.change(user, locale=look.language)
            take(browser, site, stage, scene, look, wanted)
            print(f"{look.suffix}: done")
    print(f"Pictures are in {FOLDER.relative_to(ROOT)}/.")


def take(
    browser: Browser, site: str, stage: Stage, scene: Scene, look: Look, wanted: list[str]
) -> None:
    """All pages in one look, each person in a window of their own."""
    windows: dict[str, Visitor] = {}
    for page in PAGES:
        if wanted and not any(word in page.name for word in wanted):
            continue
        if page.who not in windows:
            context = browser.new_context(base_url=site, **look.options())
            windows[page.who] = scene.enter(page.who, context, site, stage)
        visitor = windows[page.who]
        page.show(visitor, scene)
        visitor.page.screenshot(path=FOLDER / f"{page.name}-{look.suffix}.png", full_page=True)
    for visitor in windows.values():
        visitor.context.close()


@contextmanager
def served() -> Iterator[tuple[str, Stage]]:
    """The site with the demo in it, until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "instance"
        with Server(f"sqlite:///{folder}/site.db", instance) as server:
            server.flask("demo")
            yield server.url, Stage(create_app(Settings.from_environment(server.environment)))


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's browser. Root has no sandbox."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


def drawn() -> list[bytes]:
    """The demo's pictures, in the order in which the scene asks for some."""
    return [pictures.draw(*names.split("/")).large for names in PICTURES]


def demo_people(stage: Stage) -> tuple[User, User]:
    """The demo's first buyer and its first seller."""
    buyer, seller = entries.people()[:2]
    with stage.app.app_context():
        users = db.session.scalars(select(User)).all()
    by_address = {user.email: user for user in users}
    return by_address[buyer.email], by_address[seller.email]


if __name__ == "__main__":
    main(sys.argv[1:])
