"""What the deployed nginx site does by itself, and what it lets through."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from marketplace.web.headers import HEADERS, HSTS
from tests.conftest import need
from tests.deploy.asking import Answer, ask, eventually
from tests.deploy.conftest import Deployed
from tests.nginx import HOST, Nginx
from tests.servers import free_port

ADDRESS = re.compile(r'(?:href|src)="(/(?:bootstrap/)?static/[^"#]+)')
FORGED = {
    "X_Forwarded_For": "203.0.113.9",
    "X_Forwarded_Proto": "https",
    "X_Forwarded_Host": "evil.example",
    "X_Forwarded_Prefix": "/evil",
    "Forwarded": "for=203.0.113.9;proto=https;host=evil.example",
}


def static_addresses(deployed: Deployed) -> list[str]:
    """All that the marketplace's page loads."""
    page = ask(deployed.nginx.port, "/marketplace").body.decode()
    addresses = ADDRESS.findall(page)
    assert any("/js/" in address for address in addresses)
    assert any("/bootstrap/" in address for address in addresses)
    return addresses


def assert_protected(answer: Answer, *, tls: bool = False) -> None:
    """Every header once, whoever said it."""
    for name, value in HEADERS.items():
        assert answer.headers.get_all(name) == [value], name
    assert answer.headers.get_all("Strict-Transport-Security") == ([HSTS] if tls else None)


def test_nginx_accepts_the_site(deployed: Deployed):
    assert "successful" in deployed.nginx.check()
    assert "warn" not in deployed.nginx.check()


def test_static_files_come_from_disk_and_are_kept_for_good(deployed: Deployed):
    for address in static_addresses(deployed):
        answer = ask(deployed.nginx.port, address)
        assert answer.status == 200
        assert answer.headers.get_all("Cache-Control") == ["public, max-age=31536000, immutable"]
        assert answer.body == (deployed.assets / address[1:]).read_bytes()
        assert address not in deployed.server.log
        assert_protected(answer)


def test_static_files_are_compressed_and_asked_for_once(deployed: Deployed):
    (styles, *_) = [one for one in static_addresses(deployed) if "bootstrap.min.css" in one]
    answer = ask(deployed.nginx.port, styles, Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.body) < 50_000
    again = ask(deployed.nginx.port, styles, If_None_Match=answer.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    assert_protected(again)


def test_a_static_file_that_is_not_copied_comes_from_the_application(deployed: Deployed):
    (address, *_) = static_addresses(deployed)
    with Nginx(deployed.server.port) as without_files:
        answer = ask(without_files.port, address)
    assert answer.body == (deployed.assets / address[1:]).read_bytes()
    assert answer.headers.get_all("Cache-Control") == ["public, max-age=31536000, immutable"]
    assert_protected(answer, tls=True)  # said by the application, which is in production


def test_no_path_leads_out_of_the_static_files(deployed: Deployed):
    (address, *_) = static_addresses(deployed)
    version = address.split("/")[2]
    for way_out in ("../../../instance/server.log", "..%2f..%2f..%2finstance%2fserver.log"):
        assert ask(deployed.nginx.port, f"/static/{version}/{way_out}").status in (400, 404)


def test_a_client_cannot_say_where_it_comes_from(deployed: Deployed):
    answer = ask(deployed.nginx.port, "/mirror", Host=HOST, **FORGED)
    seen = json.loads(answer.body)
    assert (seen["scheme"], seen["host"], seen["address"]) == ("http", HOST, "127.0.0.1")


def test_by_tls_the_application_sees_https_and_keeps_its_cookie_there(deployed: Deployed):
    trust = deployed.nginx.certificate
    seen = json.loads(ask(deployed.nginx.tls_port, "/mirror", trust=trust, Host=HOST).body)
    assert (seen["scheme"], seen["host"]) == ("https", HOST)
    login = ask(deployed.nginx.tls_port, "/login", trust=trust, Host=HOST)
    assert login.headers["Set-Cookie"].startswith("__Host-session=")
    assert "Secure" in login.headers["Set-Cookie"]
    assert_protected(login, tls=True)
    static = ask(deployed.nginx.tls_port, static_addresses(deployed)[0], trust=trust, Host=HOST)
    assert_protected(static, tls=True)


def test_http_leads_to_https(deployed: Deployed):
    answer = ask(deployed.nginx.redirect_port, "/messages?folder=unread", Host=HOST)
    assert answer.status == 301
    assert answer.headers["Location"] == f"https://{HOST}/messages?folder=unread"


def test_an_unknown_host_is_refused(deployed: Deployed):
    assert ask(deployed.nginx.port, "/login", Host="evil.example").status == 400


@pytest.mark.parametrize("path", ["/metrics", "//metrics", "/%6detrics", "/x/../metrics"])
def test_the_figures_are_not_for_outside(deployed: Deployed, path: str):
    answer = ask(deployed.nginx.port, path)
    assert answer.status in (400, 404)
    assert b"marketplace_requests" not in answer.body
    assert_protected(answer)


def test_figures_asked_for_past_nginx_are_there(deployed: Deployed):
    assert b"marketplace_requests" in ask(deployed.server.port, "/metrics").body
    behind_a_proxy = ask(deployed.server.port, "/metrics", X_Forwarded_For="127.0.0.1")
    assert behind_a_proxy.status == 404


def test_what_nginx_refuses_itself_is_protected_too(deployed: Deployed):
    too_large = ask(deployed.nginx.port, "/login", "POST", Content_Length=str(51 * 1024 * 1024))
    assert too_large.status == 413
    assert_protected(too_large)
    too_long = ask(deployed.nginx.port, "/login", X_Long="x" * 40_000)
    assert too_long.status == 400
    with Nginx(free_port()) as before_nothing:
        away = ask(before_nothing.port, "/login")
    assert away.status == 502
    assert_protected(away)


@pytest.mark.parametrize(
    ("path", "headers", "status", "sentence"),
    [
        ("/marketplace?q=" + "x" * 9000, {}, 414, "Cette adresse est trop longue."),
        ("/login", {"X_Long": "x" * 40_000}, 400, "This request could not be understood."),
        ("/login", {"Content_Length": str(51 * 1024 * 1024)}, 413, "This is too large."),
    ],
    ids=["address", "headers", "body"],
)
def test_what_nginx_refuses_itself_is_a_page_of_ours(
    deployed: Deployed, path: str, headers: dict[str, str], status: int, sentence: str
):
    """Mechanism: ``error_page``, and the pages of ``bare_errors.py``."""
    answer = ask(deployed.nginx.port, path, "POST" if status == 413 else "GET", **headers)
    assert answer.status == status
    assert sentence in answer.body.decode()
    assert b"nginx" not in answer.body
    assert answer.headers.get_all("Cache-Control") == ["no-store"]
    assert_protected(answer)


def test_a_program_that_is_away_is_a_page_of_ours(deployed: Deployed):
    with Nginx(free_port(), assets=deployed.assets) as before_nothing:
        answer = ask(before_nothing.port, "/marketplace")
    assert answer.status == 502
    assert "Nothing is lost; please try again." in answer.body.decode()


def test_nobody_asks_for_those_pages_themselves(deployed: Deployed):
    assert ask(deployed.nginx.port, "/errors/414.html", Host=HOST).status == 404


def test_a_long_search_reaches_the_application(deployed: Deployed):
    answer = ask(deployed.nginx.port, "/marketplace?q=" + "x" * 7000, Host=HOST)
    assert b"csrf-token" in answer.body, "a page of the application, whatever it says"


def test_every_address_answers_as_the_application_does(deployed: Deployed):
    """Mechanism: no plain location that ends with a slash; such a one redirects by itself."""
    addresses = set()
    for rule in deployed.app.url_map.iter_rules():
        address = re.sub(r"<[^>]+>", "1", rule.rule)
        addresses |= {address, address.rstrip("/") + "/", f"{address}?q=1"}
    addresses |= {
        "/socket.io",
        "/reset",
        "/reset/",
        "/reset/x",
        "/verify/x",
        "/verify",
        "/_uploads",
    }
    assert len(addresses) > 60
    for address in sorted(addresses):
        if address.startswith("/metrics"):  # which nginx keeps to the machine
            continue
        through = ask(deployed.nginx.port, address, Host=HOST)
        directly = ask(deployed.server.port, address, Host=HOST)
        assert through.status == directly.status, address
        for name in ("Location", "Content-Type"):
            assert through.headers.get_all(name) == directly.headers.get_all(name), address


def test_one_id_names_a_request_everywhere(deployed: Deployed):
    answer = ask(deployed.nginx.port, "/mirror", X_Request_ID="claimed-by-the-client")
    (request_id,) = answer.headers.get_all("X-Request-ID")
    assert request_id == json.loads(answer.body)["request_id"]
    assert eventually(lambda: request_id in deployed.nginx.access_log)
    assert eventually(lambda: request_id in deployed.server.log)
    everywhere = deployed.nginx.access_log + deployed.server.log
    assert "claimed-by-the-client" not in everywhere


def test_no_log_of_nginx_holds_a_query_or_a_reset_link(tmp_path: Path, deployed: Deployed):
    for kind in ("reset", "verify"):
        ask(deployed.nginx.port, f"/{kind}/SECRET-TOKEN")
    last = ask(deployed.nginx.port, "/marketplace?q=SECRET-WORDS")
    assert eventually(lambda: last.headers["X-Request-ID"] in deployed.server.log)
    logs = deployed.nginx.access_log + deployed.nginx.error_log + deployed.server.log
    with Nginx(free_port()) as before_nothing:
        for kind in ("reset", "verify"):
            ask(before_nothing.port, f"/{kind}/SECRET-TOKEN")
        logs += before_nothing.access_log + before_nothing.error_log
    assert "/reset/[token]" in logs
    assert "/verify/[token]" in logs
    assert "SECRET" not in logs


def test_requests_go_to_another_process_when_one_is_away(deployed: Deployed):
    with Nginx(free_port(), deployed.server.port) as before_two:
        answers = {ask(before_two.port, "/healthz").status for _ in range(10)}
        written = {ask(before_two.port, "/mirror", "POST").status for _ in range(10)}
    assert answers == {200}
    assert written == {405}, "nothing was sent to the one that is away, so it may be repeated"


def test_a_write_that_may_have_been_carried_out_is_not_sent_again(deployed: Deployed):
    with hanging_up() as (port, heard), Nginx(port, port) as before_it:
        assert ask(before_it.port, "/anything", "POST", body="x").status == 502
    assert len(heard) == 1


def test_web_sockets_reach_the_realtime_process(deployed: Deployed):
    with hanging_up() as (port, heard), Nginx(deployed.server.port, realtime_port=port) as site:
        headers = {"Upgrade": "websocket", "Connection": "Upgrade"}
        ask(site.port, "/socket.io/?transport=websocket", **headers, **FORGED)
    (request,) = heard
    assert "upgrade: websocket" in request
    assert "connection: upgrade" in request
    assert "x-forwarded-for: 127.0.0.1" in request
    assert "evil" not in request


@contextmanager
def hanging_up() -> Iterator[tuple[int, list[str]]]:
    """A server that hears a request out and hangs up; its port, and what it heard."""
    need("nginx")
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            while True:
                try:
                    caller, _ = door.accept()
                except OSError:
                    return
                with caller:
                    heard.append(caller.recv(65536).decode().lower())

        thread = threading.Thread(target=serve)
        thread.start()
        yield door.getsockname()[1], heard
        door.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_the_helper_serves_again_after_a_kill(deployed: Deployed):
    with Nginx(deployed.server.port) as nginx:
        nginx.kill()
        with pytest.raises(ConnectionRefusedError):
            ask(nginx.port, "/healthz")
        nginx.start()
        assert ask(nginx.port, "/healthz").status == 200
