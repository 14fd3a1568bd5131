"""What many browsers do at once, and what they write, through all that stands in between."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import pytest
from sqlalchemy import create_engine, text

from tests.messaging.test_send import TEXTS
from tests.soak.client import Answer
from tests.soak.site import Site

AT_ONCE = 50
TRIES = 20  # of what chance decides
on_mariadb = pytest.mark.parametrize("database", ["mariadb"], indirect=True, scope="session")


@pytest.fixture
def without_unique_conversations(site: Site) -> Iterator[None]:
    """The mechanism taken out, for the time of a test. SQLite cannot drop a constraint."""
    name = "uq_conversations_listing_id_buyer_id"
    engine = create_engine(site.database_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE conversations ADD INDEX for_foreign_key (listing_id)"))
        connection.execute(text(f"ALTER TABLE conversations DROP INDEX {name}"))
    yield
    with engine.begin() as connection:
        for table in ("messages", "participants", "conversations"):
            connection.execute(text(f"DELETE FROM {table}"))
        columns = "(listing_id, buyer_id)"
        connection.execute(
            text(f"ALTER TABLE conversations ADD CONSTRAINT {name} UNIQUE {columns}")
        )
        connection.execute(text("ALTER TABLE conversations DROP INDEX for_foreign_key"))
    engine.dispose()


def test_fifty_clicks_on_contact_seller_open_one_conversation(site: Site):
    """The mechanism: UNIQUE (listing, buyer), and who comes second finds what the first made."""
    answers = contact(site)
    assert {answer.status for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1


@on_mariadb
def test_without_unique_conversations_fifty_clicks_open_several(
    site: Site, without_unique_conversations: None
):
    opened = ({answer.headers["Location"] for answer in contact(site)} for _ in range(TRIES))
    assert any(len(each) > 1 for each in opened)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_comes_back_byte_for_byte(site: Site, conversation: int, text: str):
    with closing(site.client()) as client:
        sent = client.send(conversation, "a", text)
        assert sent.status == 201
        (message,) = client.news(conversation, 0)["messages"]
    assert message["body"].encode() == sent.content["body"].encode() == text.encode()


@pytest.mark.parametrize("text", ["a\0b", "half a pair \ud83d"])
def test_what_cannot_be_stored_is_refused(site: Site, conversation: int, text: str):
    with closing(site.client()) as client:
        assert client.send(conversation, "a", text).status == 400
    assert site.stored(conversation) == []


def test_client_ids_that_only_look_alike_are_two_messages(site: Site, conversation: int):
    with closing(site.client()) as client:
        statuses = [client.send(conversation, each).status for each in ("id", "ID", "Id")]
    assert statuses == [201] * 3


def contact(site: Site) -> list[Answer]:
    """Contact the seller of something new, from fifty connections that are open already."""
    path = f"/marketplace/{site.listing()}/contact"
    with ExitStack() as stack:
        clients = [stack.enter_context(closing(site.client())) for _ in range(AT_ONCE)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda client: client.get("/healthz"), clients))
            return list(pool.map(lambda client: client.form(path), clients))
