"""More polls than one process can answer: polls give way, messages do not, and pages slow down."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.conftest import need
from tests.databases import Database
from tests.soak.conftest import Show
from tests.soak.load import Load
from tests.soak.site import Site

POLLERS = 40
INTERVAL = 2.0  # the default POLL_INTERVAL
FULL_WITHIN_SECONDS = 60
CALM_WITHIN_SECONDS = 20


@pytest.fixture
def small_site(database: Database, tmp_path: Path) -> Iterator[Site]:
    """One process: what four take easily is too much for it."""
    need("nginx")
    with Site(database.create(), tmp_path / "site", workers=1) as running:
        yield running


@pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize(
    "messages",
    [
        pytest.param(40, id="short"),
        pytest.param(1000, marks=[pytest.mark.soak, pytest.mark.timeout(600)], id="full"),
    ],
)
def test_polls_are_refused_before_messages_and_pages_slow_down(
    small_site: Site, show: Show, messages: int
):
    """The mechanism: a poll asks for room before its first statement; a message never does."""
    conversation = small_site.conversation()
    flood = Flood(small_site, conversation)
    with flood.flowing():
        assert flood.refused.wait(FULL_WITHIN_SECONDS)
        report = Load(small_site, conversation).run(messages=messages, senders=2)
    report.other_answers.update(flood.refusals)
    show(report)
    assert report.faults == {}
    assert report.refusals == [], "every message was let in"
    assert set(flood.refusals) == {"poll 503"}
    assert flood.retry_after == {"4"}
    assert max(flood.intervals) > INTERVAL
    assert comes_back(small_site, conversation), "with room again, pages ask as often as before"


class Flood:
    """Pages that ask again as soon as they are answered, whatever they are told."""

    def __init__(self, site: Site, conversation: int) -> None:
        self._site = site
        self._conversation = conversation
        self._over = threading.Event()
        self.refused = threading.Event()
        self.refusals: Counter[str] = Counter()
        self.retry_after: set[str] = set()
        self.intervals: set[float] = set()

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """As long as this is open."""
        with ThreadPoolExecutor(POLLERS) as pool:
            pages = [pool.submit(self._ask, number) for number in range(POLLERS)]
            try:
                yield
            finally:
                self._over.set()
        for page in pages:
            page.result()

    def _ask(self, number: int) -> None:
        with closing(self._site.client(number)) as client:
            while not self._over.is_set():
                answer = client.poll(self._conversation, 0)
                if answer.status == 200:
                    self.intervals.add(answer.content["interval"])
                else:
                    self.refusals[f"poll {answer.status}"] += 1
                    self.retry_after.add(answer.headers["Retry-After"])
                    self.refused.set()


def comes_back(site: Site, conversation: int) -> bool:
    """Whether a page that asks now and then is soon told the ordinary interval again."""
    deadline = time.monotonic() + CALM_WITHIN_SECONDS
    with closing(site.client()) as client:
        while time.monotonic() < deadline:
            answer = client.poll(conversation, 0)
            if answer.status == 200 and answer.content["interval"] == INTERVAL:
                return True
            time.sleep(0.2)  # the wait for a condition
    return False
