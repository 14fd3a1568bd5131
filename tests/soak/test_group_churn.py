"""A group of fifty in which people come and go all the while, and workers are killed.

Whoever polls gets each message of their time in it once, and none of before or after. The
mechanism: coming and going take the number of a change under the lock that senders wait for.
"""

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import User
from marketplace.messaging import groups, inbox, messages, places
from marketplace.messaging.models import Message, Participant, Role
from marketplace.storage.database import db
from marketplace.texts.errors import DomainError, NotFoundError
from tests import cast
from tests.soak.client import BROKEN, Client, Visitor
from tests.soak.site import Site

MEMBERS, SENDERS, STAYING, COMING = 50, 8, 3, 3
PAUSE_SECONDS, GIVE_UP_SECONDS = 0.02, 60
full = [pytest.mark.soak, pytest.mark.timeout(1800)]
SIZES = pytest.mark.parametrize(
    ("count", "kills"),
    [pytest.param(150, 2, id="short"), pytest.param(5000, 30, marks=full, id="full")],
)


@dataclass
class Stay:
    """Somebody's time in the group, from the line that says they came to the last they saw."""

    seqs: list[int] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    first: int = 0
    last: int = 0


class Churn:
    """Everybody at once; what went wrong is collected."""

    def __init__(self, site: Site, people: list[User], group: int, admin: User) -> None:
        self.site, self.people, self.group, self.admin = site, people, group, admin
        self.enough = threading.Event()  # all is sent
        self.over = threading.Event()  # and nobody comes or goes any more
        self.stays: list[Stay] = []
        self.staying: list[list[int]] = [[] for _ in range(STAYING)]
        self.raised: list[BaseException] = []
        self._numbers = iter(range(1, 10**9))
        self._lock = threading.Lock()

    def client(self, person: User) -> Client:
        visitor = Visitor(*cast.cookie_and_token(self.site.app, person))
        return Client(self.site.nginx.port, visitor)

    def send(self, person: User, count: int) -> None:
        client = self.client(person)
        for _ in range(count):
            with self._lock:
                name = f"m{next(self._numbers)}"
            _until(lambda name=name: client.send(self.group, name), 200, 201)  # type: ignore[misc]
        client.close()

    def stay(self, number: int, person: User) -> None:
        client, cursor, got = self.client(person), 0, self.staying[number]
        quiet = 0
        while quiet < 3:
            answer = _until(lambda: client.poll(self.group, cursor), 200)  # noqa: B023
            got += [each["seq"] for each in answer["messages"]]
            cursor = answer["cursor"]
            quiet = quiet + 1 if self.over.is_set() and not answer["messages"] else 0
            time.sleep(PAUSE_SECONDS)
        client.close()

    def come_and_go(self, person: User) -> None:
        client = self.client(person)
        while not self.enough.is_set():
            self._ask_in(person)
            _until(lambda: client.write("PUT", self._api("invitation"), {}), 204, 404)
            stay, cursor = Stay(), 0
            for _ in range(random.randint(2, 8)):
                answer = _until(lambda: client.poll(self.group, cursor), 200)  # noqa: B023
                stay.seqs += [each["seq"] for each in answer["messages"]]
                stay.bodies += [each["body"] for each in answer["messages"]]
                cursor = answer["cursor"]
                time.sleep(PAUSE_SECONDS)
            with self.site.app.app_context():
                stay.first = places.get_for(person, self.group).first_seq
            # A leave whose answer was lost is asked for again, and there is nothing to leave then.
            me = self._api(f"participants/{person.id}")
            _until(lambda: client.write("DELETE", me, {}), 204, 404)  # noqa: B023
            for path in ("poll", "history"):
                assert client.get(f"/messages/{self.group}/{path}").status in (404, 503)
            stay.last = max(stay.seqs, default=0)
            self.stays.append(stay)
        client.close()

    def _ask_in(self, person: User) -> None:
        with self.site.app.app_context():
            groups.invite(self.admin, self.group, person.id)

    def _api(self, path: str) -> str:
        return f"/api/v1/conversations/{self.group}/{path}"

    def run(self, count: int, kills: int) -> None:
        """Until all is sent and all workers were killed that were to be."""
        senders = self.people[:SENDERS]
        staying = self.people[SENDERS : SENDERS + STAYING]
        coming = self.people[-COMING:]
        sending = [self._start(self.send, each, count // SENDERS) for each in senders]
        polling = [self._start(self.stay, number, each) for number, each in enumerate(staying)]
        moving = [self._start(self.come_and_go, each) for each in coming]
        for _ in range(kills):
            time.sleep(0.5)  # the pace of the trouble, as long as messages flow
            with suppress(IndexError):
                self.site.server.kill_a_worker()
        for thread in sending:
            thread.join()
        self.enough.set()
        for thread in moving:
            thread.join()
        self.over.set()
        for thread in polling:
            thread.join()

    def _start(self, work: Callable[..., None], *arguments: Any) -> threading.Thread:
        def guarded() -> None:
            try:
                work(*arguments)
            except BaseException as error:
                self.raised.append(error)
                self.enough.set()
                self.over.set()

        thread = threading.Thread(target=guarded, daemon=True)
        thread.start()
        return thread


def _until(ask: Callable[[], Any], *statuses: int) -> Any:
    """Ask until the answer is one of these; its content."""
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while time.monotonic() < deadline:
        with suppress(*BROKEN):
            answer = ask()
            if answer.status in statuses:
                return answer.content
            assert answer.status in (502, 503, 504), (answer.status, answer.content)
        time.sleep(PAUSE_SECONDS)
    raise TimeoutError


@pytest.fixture
def churn(site: Site) -> Churn:
    """Fifty with those who come; who comes and goes is out of it yet."""
    admin = cast.person(site.app, f"Ada{random.random()}")
    names = [f"P{number} {random.random()}" for number in range(MEMBERS - 1)]
    people = [cast.person(site.app, name) for name in names]
    inside, coming = people[:-COMING], people[-COMING:]
    group = cast.group(site.app, admin, *inside)
    for each in coming:
        cast.meet(site.app, admin, each)
    return Churn(site, people, group, admin)


@SIZES
@pytest.mark.timeout(300)
def test_people_come_and_go_and_each_gets_what_is_theirs(churn: Churn, count: int, kills: int):
    churn.run(count, kills)
    assert churn.raised == []
    with churn.site.app.app_context():
        stored = dict(
            db.session.execute(
                select(Message.seq, Message.kind).where(Message.conversation_id == churn.group)
            ).all()  # type: ignore[arg-type]  # pairs
        )
        assert sorted(stored) == list(range(1, len(stored) + 1))
        for got in churn.staying:
            first = min(got)
            assert sorted(got) == [seq for seq in stored if seq >= first]
        assert len(churn.stays) >= COMING
        for stay in churn.stays:
            assert stay.seqs == list(range(stay.first, stay.last + 1)) or not stay.seqs
        _check_counts(churn)
        _check_nothing_leaks(churn)


def _check_counts(churn: Churn) -> None:
    """The unread counts, recounted; and an admin is there."""
    rows = db.session.scalars(
        select(Participant).where(
            Participant.conversation_id == churn.group, Participant.left_at.is_(None)
        )
    ).all()
    for row in rows:
        recount = db.session.scalar(
            select(func.count()).where(
                Message.conversation_id == churn.group,
                Message.seq > row.read_seq,
                Message.seq >= row.first_seq,
                Message.sender_id != row.user_id,
                Message.kind == "text",
            )
        )
        assert row.unread == recount
    assert any(row.role is Role.ADMIN for row in rows)


def _check_nothing_leaks(churn: Churn) -> None:
    """Who is out finds nothing of it, by the inbox, a search, or the verbs."""
    for person in churn.people[-COMING:]:
        assert inbox.inbox_of(person, q="text of m1").rows == []
        with pytest.raises(NotFoundError):
            places.get_for(person, churn.group)
        with pytest.raises(DomainError):
            messages.send(person, churn.group, "Still here?", "late")
