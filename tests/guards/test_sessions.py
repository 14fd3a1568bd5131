"""A verified cookie is believed for a while: only of who is signed in, and by nothing beside it."""

import re
import sys
from typing import Any

import pytest
from flask import Flask, Request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from werkzeug.test import EnvironBuilder

from marketplace.accounts.models import User
from marketplace.storage.memo import ENTRY_BYTES, Memo
from marketplace.web.sessions import BELIEVED_BYTES, SIGN_IN_KEY, Sessions
from tests import cast

# No database has to do with it.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")

JUNK = "x" * 4_000


@pytest.fixture
def sessions(app: Flask) -> Sessions:
    """Of a process that has just begun."""
    return Sessions(app.config["SESSION_COOKIE_NAME"])


@pytest.fixture
def cookie(app: Flask, sam: User) -> str:
    """Sam's, with its name."""
    return cast.cookie_and_token(app, sam)[0]


def opened(app: Flask, sessions: Sessions, cookies: str, host: str = "shop.example") -> Any:
    """What a request with this Cookie header finds."""
    return sessions.open_session(app, Request(environ(cookies, host)))


def environ(cookies: str, host: str = "shop.example") -> dict[str, Any]:
    return EnvironBuilder(headers={"Cookie": cookies, "Host": host}).get_environ()


def signed(app: Flask, contents: dict[str, Any]) -> str:
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"session={serializer.dumps(contents)}"


def believed(sessions: Sessions) -> Memo[Any, Any]:
    return sessions._believed


def test_a_signed_in_persons_cookie_is_believed(app: Flask, sessions: Sessions, cookie: str):
    assert sessions.find(environ(cookie)) is None
    assert opened(app, sessions, cookie)[SIGN_IN_KEY]
    assert sessions.find(environ(cookie)) == dict(opened(app, sessions, cookie))


def test_thousands_of_requests_with_junk_beside_it_add_nothing(
    app: Flask, sessions: Sessions, cookie: str
):
    """Mechanism: the key is the session's cookie alone. By the whole header, 6,000 requests left
    72 MB in each worker, for good."""
    opened(app, sessions, cookie)
    before = believed(sessions).bytes
    for number in range(6_000):
        assert opened(app, sessions, f"a{number}={JUNK}; {cookie}; b={number}")

    assert (len(believed(sessions)), believed(sessions).bytes) == (1, before)


def test_thousands_of_strangers_add_nothing(app: Flask, sessions: Sessions):
    """Mechanism: only with a sign-in in it. A form's token makes a session for everybody."""
    for number in range(1_000):
        assert opened(app, sessions, signed(app, {"csrf_token": f"{number}"}))
        assert opened(app, sessions, f"session={number}") == {}
        assert opened(app, sessions, f"a={number}") == {}

    assert len(believed(sessions)) == 0


def test_all_of_them_together_are_bounded_in_bytes(app: Flask, sessions: Sessions):
    """A person gets more than one cookie: each answer that changes the session sets another."""
    for number in range(2_000):
        opened(app, sessions, signed(app, {SIGN_IN_KEY: "1", "draft": f"{number}" + JUNK}))

    assert len(believed(sessions)) * (ENTRY_BYTES + len(JUNK)) < BELIEVED_BYTES
    assert BELIEVED_BYTES * 0.9 < believed(sessions).bytes <= BELIEVED_BYTES


def test_what_it_takes_is_counted(app: Flask, sessions: Sessions, cookie: str):
    opened(app, sessions, cookie)
    [(key, (_, size, contents))] = believed(sessions)._entries.items()

    texts = [*key, *(value for value in contents.values() if isinstance(value, str))]
    assert size >= sum(map(sys.getsizeof, texts)) + sys.getsizeof(contents) + ENTRY_BYTES


def test_another_host_is_another_question(app: Flask, sessions: Sessions, cookie: str):
    """Whether it is this site's is looked at before a session is opened."""
    opened(app, sessions, cookie)

    assert sessions.find(environ(cookie, "evil.example")) is None


@pytest.mark.parametrize(
    "header",
    [
        "{sam}; other=1",
        "other=1; {sam}",
        "other=1;{sam}",
        "other=1; {sam}; more=2",
        "other; {sam}",
        '{sam}; other="1; 2"',
    ],
)
def test_other_cookies_beside_it_do_not_matter(
    app: Flask, sessions: Sessions, cookie: str, header: str
):
    opened(app, sessions, cookie)

    assert sessions.find(environ(header.format(sam=cookie))) is not None


@pytest.mark.parametrize(
    "header",
    [
        "{sam}; {bea}",
        "{bea}; {sam}",
        "session={bea}; {sam}",
        "session =1; {sam}",
        "a{sam}",
        "a {sam}",
        'a="1; {sam}',
        'a="; {sam}; "',
        'session="{sam_value}"',
        "{sam} 1",
        "{sam}1",
        "Session={sam_value}",
        "session={sam_value_cut}",
        "session",
        "session=",
        "",
    ],
)
def test_at_any_doubt_which_it_is_flask_decides(
    app: Flask, sessions: Sessions, cookie: str, bea: User, header: str
):
    beas = cast.cookie_and_token(app, bea)[0]
    value = cookie.partition("=")[2]
    text = header.format(sam=cookie, bea=beas, sam_value=value, sam_value_cut=value[:-1])
    for known in (cookie, beas):
        opened(app, sessions, known)

    assert sessions.find(environ(text)) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    parts=some.lists(some.sampled_from(["S", "B", "session", "=", ";", " ", '"', "a", "\t", "\\"]))
)
def test_it_never_finds_another_session_than_flask(
    app: Flask, sam: User, bea: User, parts: list[str]
):
    name = app.config["SESSION_COOKIE_NAME"]
    sams, beas = (signed(app, {SIGN_IN_KEY: each.name}) for each in (sam, bea))
    text = "".join({"S": sams, "B": beas}.get(part, part) for part in parts)
    sessions = Sessions(name)
    flasks = dict(opened(app, Sessions(name), text))
    for known in (sams, beas, text):
        opened(app, sessions, known)

    assert sessions.find(environ(text)) in (None, flasks)
    assert dict(opened(app, sessions, text)) == flasks
    assert len(believed(sessions)) <= 3
    assert re.search(r"[\t ]", "".join(key[1] for key in believed(sessions)._entries)) is None
