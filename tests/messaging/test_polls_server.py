"""The poll's own tests, as far as they look from outside, through granian; see docs/polls.md."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from marketplace.accounts.models import User
from tests import cast
from tests.messaging.test_poll import (  # noqa: F401 - collected here too
    test_a_ban_ends_the_poll,
    test_a_cursor_beyond_the_conversation_is_an_explicit_reset,
    test_a_cursor_that_is_none_is_refused,
    test_a_long_backlog_comes_in_pages,
    test_a_message_looks_as_the_contract_says,
    test_a_proxy_may_have_weakened_the_tag,
    test_a_sign_in_that_ended_ends_the_poll,
    test_a_tag_from_the_middle_of_a_backlog_does_not_hide_the_rest,
    test_an_outsider_is_told_the_same_as_about_nothing,
    test_each_change_ends_the_304,
    test_leaving_ends_the_poll,
    test_only_what_came_after_the_cursor_is_brought,
    test_typing_of_the_other_shows_and_ends,
    test_unread_messages_elsewhere_end_the_304,
)
from tests.servers import PollsServer


@dataclass
class Answer:
    """As much of a response as those tests look at."""

    status_code: int
    headers: Any
    data: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.data)


class Browser:
    """Somebody who is signed in, asking the second server."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port = port
        self._cookie = cookie

    def get(self, path: str, headers: dict[str, str]) -> Answer:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=10)
        connection.request(
            "GET", quote(path, safe="/?=&"), headers={"Cookie": self._cookie, **headers}
        )
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        connection.close()
        return answer


@pytest.fixture(scope="module")
def polls_server(app: Flask) -> Iterator[PollsServer]:
    """On the tests' own database, with the same secret key."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    with PollsServer(url, Path(app.instance_path)) as running:
        yield running


@pytest.fixture
def as_sam(app: Flask, sam: User, polls_server: PollsServer) -> Browser:
    return Browser(polls_server.port, cast.cookie_and_token(app, sam)[0])


@pytest.fixture
def as_bea(app: Flask, bea: User, polls_server: PollsServer) -> Browser:
    return Browser(polls_server.port, cast.cookie_and_token(app, bea)[0])


@pytest.fixture
def as_olly(app: Flask, olly: User, polls_server: PollsServer) -> Browser:
    return Browser(polls_server.port, cast.cookie_and_token(app, olly)[0])


def test_an_idle_poll_has_no_body_and_sets_no_cookie(as_sam: Browser, asked: int) -> None:
    path = f"/messages/{asked}/poll?after=0"
    tag = as_sam.get(path, {}).headers["ETag"]
    answer = as_sam.get(path, {"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["Set-Cookie"] is None
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
