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
full = [pytest.mark.soak, pytest.mark.timeout(1800)]


@pytest.mark.parametrize(
    "steps", [pytest.param(400, id="short"), pytest.param(10_000, marks=full, id="full")]
)
def test_the_unread_count_equals_a_recount(site: Site, conversation: int, steps: int):
    """The mechanism: sending adds one in the database, reading counts there what is left; both
    in the unit of work that stores the message or the mark."""
    statuses = Everything(site, conversation).happens(steps)
    assert statuses <= {200, 201}
    engine = create_engine(site.database_url)
    with engine.connect() as connection:
        rows = connection.execute(text(RECOUNT), {"id": conversation}).all()
    engine.dispose()
    assert len(rows) == 2
    assert [row.unread for row in rows] == [row.recount for row in rows]


class Everything:
    """Both people send, read up to somewhere and mark as unread, from several connections."""

    def __init__(self, site: Site, conversation: int) -> None:
        self._site = site
        self._conversation = conversation
        self._chance = random.Random(7)
        self._lock = threading.Lock()

    def happens(self, steps: int) -> set[int]:
        """So many steps; the statuses of all answers."""
        self._left = itertools.count(1)
        self._steps = steps
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
                    answer = client.write("PUT", read, {"seq": int(share * number)})
                else:
                    answer = client.write("DELETE", read, {})
                statuses.add(answer.status)
        return statuses

    def _next(self) -> tuple[int, float, float] | None:
        with self._lock:
            number = next(self._left)
            if number > self._steps:
                return None
            return number, self._chance.random(), self._chance.random()
