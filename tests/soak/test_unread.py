"""What a badge says is what there is to read, after everything at once."""

import itertools
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import create_engine, text

from tests.soak.site import Site

RECOUNT = """
SELECT p.user_id, p.unread, COUNT(m.seq) AS recount FROM participants p
LEFT JOIN messages m
  ON m.conversation_id = p.conversation_id AND m.seq > p.read_seq AND m.sender_id <> p.user_id
WHERE p.conversation_id = :id GROUP BY p.user_id, p.unread
"""
WORKERS = 8
ROUNDS = 5
full = [pytest.mark.soak, pytest.mark.timeout(1800)]


@pytest.mark.parametrize(
    "steps", [pytest.param(400, id="short"), pytest.param(10_000, marks=full, id="full")]
)
def test_the_unread_count_equals_a_recount(site: Site, conversation: int, steps: int):
    """The mechanism: sending adds one in the database, reading counts there what is left; both
    in the unit of work that stores the message or the mark."""
    everything = Everything(site, conversation)
    for _ in range(ROUNDS):  # reading to the end mends a wrong count, so that one look may miss it
        assert everything.happens(steps // ROUNDS) <= {200, 201}
        counts = counts_and_recounts(site, conversation)
        assert len(counts) == 2
        assert all(count == recount for count, recount in counts), counts


def counts_and_recounts(site: Site, conversation: int) -> list[tuple[int, int]]:
    """What is kept for each person, and what it should be."""
    engine = create_engine(site.database_url)
    with engine.connect() as connection:
        rows = connection.execute(text(RECOUNT), {"id": conversation}).all()
    engine.dispose()
    return [(row.unread, row.recount) for row in rows]


class Everything:
    """Both people send, read up to somewhere and mark as unread, from several connections."""

    def __init__(self, site: Site, conversation: int) -> None:
        self._site = site
        self._conversation = conversation
        self._chance = random.Random(7)
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def happens(self, steps: int) -> set[int]:
        """So many steps; the statuses of all answers."""
        self._left = steps
        with ThreadPoolExecutor(WORKERS) as pool:
            return set().union(*pool.map(self._work, range(WORKERS)))

    def _work(self, number: int) -> set[int]:
        read = f"/api/v1/conversations/{self._conversation}/read"
        statuses = set()
        with closing(self._site.client(number)) as client:
            while (step := self._next()) is not None:
                number, choice, share = step
                if choice < 0.5:
                    answer = client.send(self._conversation, f"u{number}")
                elif choice < 0.9:
                    answer = client.write("PUT", read, {"seq": int(share * number / 2)})
                else:
                    answer = client.write("DELETE", read, {})
                statuses.add(answer.status)
        return statuses

    def _next(self) -> tuple[int, float, float] | None:
        with self._lock:
            if not self._left:
                return None
            self._left -= 1
            return next(self._numbers), self._chance.random(), self._chance.random()
