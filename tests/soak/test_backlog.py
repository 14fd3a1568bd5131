"""Who was away for long gets everything, in answers of at most 200 messages."""

from contextlib import closing

import pytest
from sqlalchemy import create_engine, insert, update

from marketplace.messaging.models import Conversation, Message
from marketplace.storage.database import utcnow
from tests.soak.client import Client
from tests.soak.conftest import Show
from tests.soak.load import Load
from tests.soak.site import Site

CHUNK = 5000
full = [pytest.mark.soak, pytest.mark.timeout(1800)]


@pytest.mark.parametrize(
    "size", [pytest.param(2000, id="short"), pytest.param(50_000, marks=full, id="full")]
)
def test_a_backlog_comes_in_pages_and_whole_while_more_is_written(
    site: Site, conversation: int, show: Show, size: int
):
    """The mechanism: with more to come, the cursor is the version of the last message told."""
    fill(site, conversation, size)
    reader = Reader(conversation)
    with closing(site.client(1)) as client:
        with Load(site, conversation).meanwhile(senders=2) as report:
            reader.read(client)
        reader.read(client)
    report.received.append(reader.places)
    report.sent += size
    report.acknowledged |= {f"b{number}": number for number in range(1, size + 1)}
    show(report)
    assert max(reader.answers) == 200
    assert report.faults == {}


class Reader:
    """Somebody with a cursor, who asks until there is no more."""

    def __init__(self, conversation: int) -> None:
        self._conversation = conversation
        self._cursor = 0
        self.places: list[int] = []
        self.answers: list[int] = []
        """How many messages each answer had."""

    def read(self, client: Client) -> None:
        """Ask from the cursor on."""
        has_more = True
        while has_more:
            news = client.news(self._conversation, self._cursor)
            self._cursor, has_more = news["cursor"], news["has_more"]
            self.places += [message["seq"] for message in news["messages"]]
            self.answers.append(len(news["messages"]))


def fill(site: Site, conversation: int, size: int) -> None:
    """As if Bea had written so much; past the application, because nobody waits for that."""
    engine = create_engine(site.database_url)
    now = utcnow()
    with engine.begin() as connection:
        for start in range(1, size + 1, CHUNK):
            rows = [
                {
                    "conversation_id": conversation,
                    "seq": number,
                    "version": number,
                    "sender_id": site.bea.id,
                    "client_id": f"b{number}",
                    "body": f"text of {number}",
                    "created_at": now,
                }
                for number in range(start, min(start + CHUNK, size + 1))
            ]
            connection.execute(insert(Message), rows)
        connection.execute(
            update(Conversation)
            .where(Conversation.id == conversation)
            .values(seq=size, version=size)
        )
    engine.dispose()
