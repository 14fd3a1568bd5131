"""The headers of every kind of answer; the errors' pages show no more than they should."""

import io
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from marketplace.web.headers import HEADERS, HSTS
from tests.guards.conftest import HTTPS, Site, site

Ask = Callable[[Site], TestResponse]


def news(on: Site) -> TestResponse:
    return on.as_bea.get(f"/messages/{on.conversation}/poll?after=0")


def nothing_new(on: Site) -> TestResponse:
    seen = news(on)
    address = f"/messages/{on.conversation}/poll?after={seen.json['cursor']}"  # type: ignore[index]
    return on.as_bea.get(address, headers={"If-None-Match": seen.headers["ETag"]})


def file_unchanged(on: Site) -> TestResponse:
    return file(on, {"If-None-Match": file(on).headers["ETag"]})


def file(on: Site, headers: dict[str, str] | None = None, end: str = "") -> TestResponse:
    with on.app.test_request_context():
        address = on.app.url_for("static", filename="css/site.css")
    return on.stranger.get(address + end, headers=headers, buffered=True)


def packages_file(on: Site) -> TestResponse:
    with on.app.test_request_context():
        address = on.app.url_for("bootstrap.static", filename="css/bootstrap.min.css")
    return on.stranger.get(address, buffered=True)


def log_in(on: Site, times: int = 1) -> TestResponse:
    browser = on.stranger
    page = browser.get("/login").text
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    form = {"csrf_token": token, "email": f"{times}@example.com", "password": "wrong"}
    return [browser.post("/login", data=form) for _ in range(times)][-1]


def send(on: Site, body: str, kind: str = "application/json") -> TestResponse:
    address = f"/api/v1/conversations/{on.conversation}/messages"
    headers = {"X-CSRFToken": on.token}
    return on.as_bea.post(address, data=body, content_type=kind, headers=headers)


def too_large(on: Site) -> TestResponse:
    form = {"csrf_token": on.token, "photos": (io.BytesIO(b"x" * 3000), "x.jpg")}
    return on.as_bea.post("/marketplace/new", data=form)


ANSWERS: dict[str, tuple[int, Ask]] = {
    "a page": (200, lambda on: on.stranger.get("/marketplace")),
    "a poll with news": (200, news),
    "a poll without": (304, nothing_new),
    "a file": (200, file),
    "a file that is known": (304, file_unchanged),
    "a file that is not there": (404, lambda on: file(on, end=".map")),
    "a package's file": (200, packages_file),
    "a redirect": (302, lambda on: on.stranger.get("/")),
    "a stored message": (201, lambda on: send(on, '{"body": "Yes"}')),
    "a wrong cursor": (400, lambda on: on.as_bea.get(f"/messages/{on.conversation}/poll?after=x")),
    "no token": (400, lambda on: on.stranger.post("/login")),
    "nobody signed in": (401, lambda on: on.stranger.get("/api/v1/unread")),
    "somebody else's listing": (403, lambda on: on.as_bea.get(f"/marketplace/{on.bicycle}/edit")),
    "no such page": (404, lambda on: on.stranger.get("/nothing")),
    "no such message": (404, lambda on: on.as_bea.get("/messages/99/poll")),
    "a wrong method": (405, lambda on: on.stranger.delete("/marketplace")),
    "a large body": (413, too_large),
    "a wrong kind of body": (415, lambda on: send(on, '{"body": "Yes"}', "text/plain")),
    "a blank message": (422, lambda on: send(on, '{"body": " "}')),
    "a wrong password": (422, log_in),
    "too many of them": (429, lambda on: log_in(on, times=11)),
    "a fault of ours": (500, lambda on: on.stranger.get("/broken")),
    "another host": (400, lambda on: on.stranger.get("/", headers={"Host": "evil.example"})),
}


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    instance = tmp_path_factory.mktemp("headers")
    hosts = {"ALLOWED_HOSTS": "localhost"}
    with site(instance, {"MAX_CONTENT_LENGTH": 2000}, **hosts) as opened:
        yield opened


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_carries_them(on: Site, name: str):
    """Mechanism: ``with_headers`` of ``marketplace/web/headers.py``."""
    status, ask = ANSWERS[name]
    answer = ask(on)
    assert answer.status_code == status
    assert {header: answer.headers.getlist(header) for header in HEADERS} == {
        header: [value] for header, value in HEADERS.items()
    }
    assert "Strict-Transport-Security" not in answer.headers, "that is for production"


@pytest.mark.parametrize("name", [name for name in ANSWERS if ANSWERS[name][0] >= 400])
def test_an_error_names_its_request_and_shows_nothing_of_the_inside(on: Site, name: str):
    answer = ANSWERS[name][1](on)
    assert answer.headers["X-Request-ID"]
    for inside in ("Traceback", "secret-detail", "marketplace/", "sqlalchemy", "werkzeug"):
        assert inside not in answer.text.replace("/marketplace/", "")


def test_a_page_of_an_error_shows_the_requests_id(on: Site):
    """But not the one for what is hidden, which must look the same as what does not exist."""
    for name in ("somebody else's listing", "a fault of ours", "another host"):
        answer = ANSWERS[name][1](on)
        assert answer.headers["X-Request-ID"] in answer.text, name


def test_no_script_runs_but_the_sites_own():
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self';" in policy
    for directive in ("frame-ancestors", "object-src", "base-uri"):
        assert f"{directive} 'none'" in policy
    assert not any("script" in each or "style" in each for each in policy.split("; ")), (
        "nothing widens what default-src says about them"
    )


def test_what_a_view_sets_itself_stays(on: Site, monkeypatch: pytest.MonkeyPatch):
    """A photo's policy is stricter than the pages'."""
    view = on.app.response_class(headers={"Content-Security-Policy": "sandbox"})
    monkeypatch.setitem(on.app.view_functions, "health.alive", lambda: view)
    answered = on.stranger.get("/healthz")
    assert answered.headers.getlist("Content-Security-Policy") == ["sandbox"]
    assert answered.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/marketplace", "/nothing", "/broken"])
def test_in_production_browsers_learn_to_come_by_https_only(production: Flask, path: str):
    answer = production.test_client().get(path, base_url=HTTPS)
    assert answer.headers["Strict-Transport-Security"] == HSTS
    assert int(HSTS.split("=")[1]) >= 365 * 24 * 3600
