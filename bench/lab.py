"""What the measures work with: sites of both sizes on one kind of database, and the controls.

Everything is made when the first measure needs it and ended when the lab closes.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bench import data, twins
from bench.databases import Databases
from bench.servers import WAYS, Server, Way, bare_gunicorn, granian
from bench.site import COOKIE_NAME, SECRET_KEY, Site
from bench.twins import Guest, Twins
from marketplace.messaging.inbox import PAGE_SIZE

FLASK_VIEW = Way("F", bare_gunicorn, "bench.controls.flask_view:app")
WSGI_CALLABLE = Way("W", bare_gunicorn, "bench.controls.wsgi_callable:app")
# What no application under that server can be faster than.
GRANIAN_CALLABLE = Way("W, granian", granian, WSGI_CALLABLE.application)
CONTROLS = (FLASK_VIEW, WSGI_CALLABLE, GRANIAN_CALLABLE)
CONTROL_ENVIRONMENT = {"SECRET_KEY": SECRET_KEY, "SESSION_COOKIE_NAME": COOKIE_NAME}
SMALL = data.Size(10, 10_000)
FULL_PAGE = data.Size(PAGE_SIZE, 10_000)


@dataclass(frozen=True)
class Amount:
    """How much of everything. ``requests`` are those of a candidate in a round."""

    big: data.Size
    rounds: int
    requests: int
    messages: int
    pages: int
    sign_ins: int
    seconds: float


class Lab:
    """One kind of database. A context manager's business is the caller's: see ``stack``."""

    def __init__(
        self, databases: Databases, folder: Path, amount: Amount, stack: ExitStack
    ) -> None:
        self.databases = databases
        self.amount = amount
        self.name = databases.name
        self._folder = folder
        self._stack = stack

    @cached_property
    def small(self) -> Site:
        """Ten conversations of the hoarder."""
        return self.site("small", data.of_one_person(SMALL.conversations), SMALL.each)

    @cached_property
    def big(self) -> Site:
        """Very many."""
        big = self.amount.big
        return self.site("big", data.of_one_person(big.conversations), big.each)

    @cached_property
    def ways(self) -> Mapping[str, Server]:
        """The application on the small data, in all the ways it is served."""
        return self.start_all({way.name: self.small.serve(way) for way in WAYS})

    @cached_property
    def big_server(self) -> Server:
        """The application on the big data."""
        return self.start(self.big.serve())

    @cached_property
    def full_page(self) -> tuple[Site, Server]:
        """As little as fills one page of the inbox, which the small data do not."""
        site = self.site("page", data.of_one_person(FULL_PAGE.conversations), FULL_PAGE.each)
        return site, self.start(site.serve())

    @cached_property
    def controls(self) -> Mapping[str, Server]:
        """They know no database."""
        return self.start_all({way.name: self.control(way) for way in CONTROLS})

    @cached_property
    def twin_site(self) -> Twins:
        """The same small data in the twins' tables."""
        pairs = data.of_one_person(SMALL.conversations)
        return Twins(self.databases, self._folder / "twins", pairs, SMALL.each)

    @cached_property
    def guests(self) -> Mapping[str, tuple[Server, Guest]]:
        """The twins on the small data."""
        servers = self.start_all({way.name: self.twin_site.serve(way) for way in twins.available()})
        return {name: (server, Guest(server)) for name, server in servers.items()}

    def control(self, way: Way, *, workers: int = 1) -> Server:
        """Not started yet."""
        return Server(way, self._folder, CONTROL_ENVIRONMENT, workers=workers)

    def folder(self, name: str) -> Path:
        """A new one, for what a measure keeps in files."""
        folder = self._folder / name
        folder.mkdir()
        return folder

    def site(self, name: str, pairs: list[data.Pair], each: int) -> Site:
        """One more filled database, let go at the end."""
        site = Site(self.databases, self._folder / name, pairs, each)
        self._stack.callback(site.close)
        return site

    def twins(self, name: str, pairs: list[data.Pair], each: int) -> Twins:
        """One more filled database of the twins."""
        return Twins(self.databases, self._folder / f"{name}, twins", pairs, each)

    def start(self, server: Server) -> Server:
        """Serve until the end."""
        return self._stack.enter_context(server)

    def start_all(self, servers: Mapping[str, Server]) -> Mapping[str, Server]:
        """The same with several at once: most of a start is loading, on a processor each."""
        with ThreadPoolExecutor() as pool:
            return dict(zip(servers, pool.map(self.start, servers.values()), strict=True))
