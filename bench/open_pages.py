"""Open pages as the server sees them: each polls on its own connection and keeps its cursor."""

import functools
import heapq
import json
import random
import secrets
import selectors
import threading
import time
from dataclasses import dataclass, field

from bench.load import Answer, Connection, Times, get
from bench.site import Site

INTERVAL_SECONDS = 2.0
OPENED_SECONDS = 10 * INTERVAL_SECONDS
SETTLE_SECONDS = OPENED_SECONDS + 2 * INTERVAL_SECONDS
# For what was sent at the very end, by pages that were told to ask less often.
LAST_ROUND_SECONDS = 6 * INTERVAL_SECONDS


@dataclass
class Seen:
    """What came of it. ``sent`` has the moment each client id went out."""

    people: list[int] = field(default_factory=list)
    polls: Times = field(default_factory=Times)
    delivery: Times = field(default_factory=Times)
    sent: dict[str, float] = field(default_factory=dict)
    delivered_ids: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


class Page:
    """One person's, on their one conversation."""

    def __init__(self, port: int, person: int, conversation: int, cookie: str, cursor: int) -> None:
        self.person = person
        self.asked_at = 0.0
        self.cursor = cursor
        self._port = port
        self._path = f"/messages/{conversation}/poll?after="
        self._cookie = cookie
        self._tag: str | None = None

    @functools.cached_property
    def connection(self) -> Connection:
        """Its own, opened when it is needed first."""
        return Connection(self._port)

    def ask(self) -> None:
        """Send the poll."""
        headers = {"if_none_match": self._tag} if self._tag else {}
        self.asked_at = time.perf_counter()
        self.connection.send(get(f"{self._path}{self.cursor}", self._cookie, **headers))

    def take(self, answer: Answer) -> list[tuple[str, int]]:
        """Keep cursor and tag; the client ids and places of what others wrote."""
        if answer.status != 200:
            return []
        content = json.loads(answer.body)
        self.cursor, self._tag = content["cursor"], answer.header("ETag")
        others = [each for each in content["messages"] if each["sender"]["id"] != self.person]
        return [(each["client_id"], each["seq"]) for each in others]


class OpenPages:
    """One page for each participant of a site of pairs."""

    def __init__(self, site: Site, port: int) -> None:
        self._site = site
        self._port = port
        self._seen = Seen()
        self._stop = threading.Event()
        self._selector = selectors.DefaultSelector()

    def run(self, seconds: float, messages_a_second: float) -> Seen:
        """Poll and write for so long, and poll on until the last message must have come."""
        due = self._open()
        self._settle(due)
        writer = threading.Thread(target=self._write, args=[messages_a_second])
        writer.start()
        started = time.perf_counter()
        try:
            while (now := time.perf_counter()) < started + seconds + LAST_ROUND_SECONDS:
                if now > started + seconds:
                    self._stop.set()
                if not writer.is_alive() and self._seen.delivered_ids >= self._seen.sent.keys():
                    break
                self._ask_who_is_due(due)
                self._take_answers(due)
        finally:
            self._stop.set()
            writer.join()
        self._seen.polls.elapsed = time.perf_counter() - started
        for page in [key.data for key in self._selector.get_map().values()]:
            page.connection.close()
        self._selector.close()
        return self._seen

    def _open(self) -> list[tuple[float, int, Page]]:
        """When each polls next: all of them within ``OPENED_SECONDS``."""
        people = [(pair, who) for pair in self._site.pairs for who in (pair.seller, pair.buyer)]
        self._seen.people = [who for _, who in people]
        pages = []
        for pair, who in people:
            cookie = self._site.visitor(who).cookie
            pages.append(Page(self._port, who, pair.id, cookie, self._site.each))
        first = time.perf_counter() + INTERVAL_SECONDS
        step = OPENED_SECONDS / len(pages)
        return [(first + number * step, number, page) for number, page in enumerate(pages)]

    def _settle(self, due: list[tuple[float, int, Page]]) -> None:
        """So many pages are opened at once nowhere; let that be over."""
        settled_at = time.perf_counter() + SETTLE_SECONDS
        while time.perf_counter() < settled_at:
            self._ask_who_is_due(due)
            self._take_answers(due)
        self._site.spread_last_seen()
        assert not self._seen.polls.faults, self._seen.polls.faults[:3]
        self._seen.polls.seconds.clear()

    def _ask_who_is_due(self, due: list[tuple[float, int, Page]]) -> None:
        while due and due[0][0] <= time.perf_counter():
            page = heapq.heappop(due)[2]
            page.ask()
            if page.connection not in self._selector.get_map():
                self._selector.register(page.connection, selectors.EVENT_READ, page)

    def _take_answers(self, due: list[tuple[float, int, Page]]) -> None:
        wait = max(0.0, due[0][0] - time.perf_counter()) if due else 0.1
        for key, _ in self._selector.select(min(wait, 0.1)):
            page: Page = key.data
            answer = page.connection.receive()
            now = time.perf_counter()
            self._seen.polls.seconds.append(now - page.asked_at)
            if answer.status not in (200, 304):
                self._seen.polls.faults.append(f"poll {answer.status}")
            for client_id, place in page.take(answer):
                self._note_delivered(client_id, place, now)
            interval = float(answer.header("Poll-Interval") or INTERVAL_SECONDS)
            heapq.heappush(due, (page.asked_at + interval, page.person, page))

    def _note_delivered(self, client_id: str, place: int, now: float) -> None:
        if client_id in self._seen.delivered_ids:
            self._seen.wrong.append(f"message {place} came twice")
        self._seen.delivered_ids.add(client_id)
        self._seen.delivery.seconds.append(now - self._seen.sent[client_id])

    def _write(self, messages_a_second: float) -> None:
        chance = random.Random(1)  # the same conversations in every run
        with Connection(self._port) as connection:
            while not self._stop.wait(1 / messages_a_second):
                pair = chance.choice(self._site.pairs)
                client_id = secrets.token_hex(8)
                request = self._site.send_request(
                    pair.id, client_id, chance.choice((pair.seller, pair.buyer))
                )
                self._seen.sent[client_id] = time.perf_counter()
                answer = connection.ask(request)
                if answer.status != 201:
                    self._seen.polls.faults.append(f"send {answer.status}")
