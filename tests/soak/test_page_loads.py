"""Pages opened while messages flow: a page and its polls have everything from its first line."""

import pytest

from tests.soak.client import Client
from tests.soak.conftest import Show
from tests.soak.load import Load
from tests.soak.pages import Page
from tests.soak.site import Site

FULL = pytest.param(1000, marks=[pytest.mark.soak, pytest.mark.timeout(1800)], id="full")


@pytest.mark.parametrize("loads", [pytest.param(40, id="short"), FULL])
def test_a_page_and_its_polls_miss_nothing(site: Site, conversation: int, show: Show, loads: int):
    """The mechanism: the page's cursor is read before its messages.

    Nothing but messages happens here, so that the cursor is also the newest place.
    """
    with Load(site, conversation).meanwhile(senders=4) as report:
        client = site.client(1)
        missed = [_places_missed(client, conversation) for _ in range(loads)]
        client.close()
    show(report)
    assert sum(missed) == 0
    assert report.faults == {}


def _places_missed(client: Client, conversation: int) -> int:
    page = Page.read(client.get(f"/messages/{conversation}").content, conversation)
    first = min(page.messages, default=1)
    has_more = True
    while has_more:
        news = client.news(conversation, page.cursor)
        page.apply(news)
        has_more = news["has_more"]
    return len(set(range(first, page.cursor + 1)) - set(page.messages))
