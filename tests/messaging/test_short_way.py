"""Idle polls are answered in front of Flask: those and nothing else. See also test_poll.py."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.models import User
from marketplace.messaging import messages
from marketplace.messaging.views.short_way import ShortWay
from tests import cast
from tests.messaging.polling import seen
from tests.queries import counted


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each request, whether it went the short way."""
    went: list[bool] = []
    find_headers = ShortWay.find_headers

    def noting(way: ShortWay, environ: dict[str, object]) -> list[tuple[str, str]] | None:
        found = find_headers(way, environ)
        went.append(found is not None)
        return found

    monkeypatch.setattr(ShortWay, "find_headers", noting)
    return went


def ask(client: FlaskClient, path: str, tag: str | None, method: str = "GET") -> TestResponse:
    return client.open(path, method=method, headers={"If-None-Match": tag} if tag else {})


@pytest.fixture
def path(asked: int) -> str:
    return f"/messages/{asked}/poll?after=0"


@pytest.fixture
def tag(as_sam: FlaskClient, path: str) -> str:
    """Of what Sam knows already; his cookie is verified by then."""
    return ask(as_sam, path, None).headers["ETag"]


def test_an_idle_poll_goes_it_by_one_statement(
    as_sam: FlaskClient, path: str, tag: str, short: list[bool]
) -> None:
    with counted() as statements:
        answer = ask(as_sam, path, tag)
    assert (answer.status_code, short, len(statements)) == (304, [True], 1)


def test_its_answer_is_the_same(
    as_sam: FlaskClient, path: str, tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = ask(as_sam, path, tag)
    monkeypatch.setattr(ShortWay, "find_headers", lambda *_: None)
    long = ask(as_sam, path, tag)
    each = [dict(answer.headers) for answer in (short, long)]
    for headers in each:
        del headers["X-Request-ID"]
    assert short.data == long.data == b""
    assert each[0] == each[1]
    assert "Content-Security-Policy" in each[0]
    assert "Set-Cookie" not in each[0]


def test_it_is_counted_as_a_poll(app: Flask, as_sam: FlaskClient, path: str, tag: str) -> None:
    def polls() -> float:
        figures = app.extensions["figures"].of_all_processes()
        labels = {"kind": "poll", "status": "304"}
        return figures.get_sample_value("marketplace_requests_total", labels) or 0

    before = polls()
    ask(as_sam, path, tag)
    assert polls() == before + 1


def test_news_are_not_read_twice(
    app: Flask, as_sam: FlaskClient, bea: User, asked: int, path: str, tag: str, short: list[bool]
) -> None:
    with app.app_context():
        messages.send(bea, asked, "And the lights?", "2")
    with counted() as statements:
        answer = ask(as_sam, path, tag)
    assert (answer.status_code, short) == (200, [False])
    assert sum("FROM sign_ins" in statement for statement in statements) == 1


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_do_not_go_it(
    as_sam: FlaskClient, path: str, tag: str, method: str, short: list[bool]
) -> None:
    ask(as_sam, path, tag, method)
    assert short == [False]


@pytest.mark.parametrize(
    "query", ["", "?after=", "?after=x", "?after=-1", "?after=0&after=0", "?after=0&x=1", "?x=1"]
)
def test_other_questions_do_not_go_it(
    as_sam: FlaskClient, asked: int, tag: str, query: str, short: list[bool]
) -> None:
    ask(as_sam, f"/messages/{asked}/poll{query}", tag)
    assert short == [False]


def test_an_unknown_tag_and_none_do_not_go_it(
    as_sam: FlaskClient, path: str, tag: str, short: list[bool]
) -> None:
    assert [ask(as_sam, path, each).status_code for each in ('"x"', None)] == [200] * 2
    assert short == [False] * 2


def test_a_cookie_that_nobody_verified_does_not_go_it(
    as_sam: FlaskClient, as_bea: FlaskClient, path: str, tag: str, short: list[bool]
) -> None:
    """Cut short, forged, or simply not seen before: Flask decides."""
    as_bea.set_cookie("session", "x" + _cookie(as_sam))
    assert ask(as_bea, path, tag).status_code == 401
    as_bea.set_cookie("session", _cookie(as_sam)[:-1])
    assert ask(as_bea, path, tag).status_code == 401
    assert short == [False, False]


def test_who_was_not_seen_lately_goes_the_long_way_and_is_seen(
    app: Flask, as_sam: FlaskClient, sam: User, path: str, tag: str, short: list[bool]
) -> None:
    seen(app, sam, minutes=5)
    assert ask(as_sam, path, tag).status_code == 304
    assert ask(as_sam, path, tag).status_code == 304
    assert short == [False, True]


def test_an_outsiders_poll_does_not_go_it(
    app: Flask, as_olly: FlaskClient, path: str, tag: str, short: list[bool]
) -> None:
    ask(as_olly, path, tag)  # from now on the cookie is believed
    short.clear()
    assert ask(as_olly, path, tag).status_code == 404
    assert short == [False]


def test_a_refusal_is_not_asked_for_twice(as_olly: FlaskClient, path: str, tag: str) -> None:
    """Nor is a database that hangs: the view raises what the short way ran into."""
    ask(as_olly, path, tag)  # from now on the cookie is believed, and the short way asks
    with counted() as statements:
        assert ask(as_olly, path, tag).status_code == 404
    assert sum("FROM sign_ins" in statement for statement in statements) == 1


def test_signing_out_is_noticed(
    as_sam: FlaskClient, path: str, tag: str, short: list[bool]
) -> None:
    """The cookie is believed; that the sign-in still stands never is."""
    cookie = _cookie(as_sam)
    as_sam.post("/logout", data={"csrf_token": cast.token(as_sam)})
    as_sam.set_cookie("session", cookie)
    short.clear()
    assert ask(as_sam, path, tag).status_code == 401
    assert short == [False]


def _cookie(client: FlaskClient) -> str:
    cookie = client.get_cookie("session")
    assert cookie
    return cookie.value
