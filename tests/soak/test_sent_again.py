"""A message that is sent again, at once or because its answer was lost, is stored once.

The mechanism: UNIQUE (conversation, sender, client id), compared in binary.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from operator import methodcaller

import pytest
from sqlalchemy import create_engine, text

from tests.soak.client import BROKEN, Client
from tests.soak.conftest import Show
from tests.soak.proxy import CuttingProxy
from tests.soak.report import Report
from tests.soak.site import Site

full = [pytest.mark.soak, pytest.mark.timeout(3600)]
SIZES = pytest.mark.parametrize(
    "count", [pytest.param(20, id="short"), pytest.param(1000, marks=full, id="full")]
)
AT_ONCE = 5


@pytest.fixture
def without_unique_client_ids(site: Site) -> Iterator[None]:
    """The mechanism taken out, for the time of a test. SQLite cannot drop a constraint."""
    name = "uq_messages_conversation_id_sender_id_client_id"
    columns = "(conversation_id, sender_id, client_id)"
    engine = create_engine(site.database_url)
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE messages DROP INDEX {name}"))
    yield
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM messages"))
        connection.execute(text(f"ALTER TABLE messages ADD CONSTRAINT {name} UNIQUE {columns}"))
    engine.dispose()


@SIZES
def test_five_at_once_with_one_client_id_are_one_message(
    site: Site, conversation: int, show: Show, count: int
):
    report = send_at_once(site, conversation, count)
    show(report)
    assert report.other_answers == {"send 201": count, "send 200": count * (AT_ONCE - 1)}
    assert report.faults == {}
    assert len(report.stored) == count

    with closing(site.client()) as client:
        for number in range(count):
            refused = client.send(conversation, f"m{number}", "Another text")
            assert refused.status == 409
    assert len(site.stored(conversation)) == count


@SIZES
def test_a_message_whose_answer_was_lost_is_sent_again_and_stored_once(
    site: Site, conversation: int, show: Show, count: int
):
    report = send_losing_answers(site, conversation, count)
    show(report)
    assert report.troubles == count
    assert report.other_answers == {"send 200": count}
    assert report.faults == {}
    assert len(report.stored) == count


@pytest.mark.parametrize("database", ["mariadb"], indirect=True, scope="session")
def test_without_unique_client_ids_messages_are_stored_twice(
    site: Site, without_unique_client_ids: None, show: Show
):
    for send in (send_at_once, send_losing_answers):
        report = send(site, site.conversation(), 3)
        show(report)
        assert report.faults["twice"] > 0


def send_at_once(site: Site, conversation: int, count: int) -> Report:
    """Send each message five times at the same time. Who was told which place is held against
    the first to be told, so that two answers that differ are a message lost."""
    report = Report(sent=count)
    clients = [site.client() for _ in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for client_id in (f"m{number}" for number in range(count)):
            send = methodcaller("send", conversation, client_id)
            for answer in pool.map(send, clients):
                report.note(f"send {answer.status}")
                if answer.status in (200, 201):
                    report.acknowledged.setdefault(client_id, answer.content["seq"])
    for client in clients:
        client.close()
    report.stored = site.stored(conversation)
    return report


def send_losing_answers(site: Site, conversation: int, count: int) -> Report:
    """Send each message, lose its answer after the server has stored it, and send it again."""
    report = Report(sent=count)
    with CuttingProxy(site.nginx.port) as proxy:
        client = Client(proxy.port, site.visitors[0])
        for number in range(count):
            proxy.cuts.set()
            with pytest.raises(BROKEN):
                client.send(conversation, f"m{number}")
            proxy.cuts.clear()
            answer = client.send(conversation, f"m{number}")
            report.note(f"send {answer.status}")
            report.acknowledged[f"m{number}"] = answer.content["seq"]
        client.close()
    report.troubles = proxy.cut
    report.stored = site.stored(conversation)
    return report
