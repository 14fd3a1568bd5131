"""./start.sh: it serves, it ends, and it says in one sentence why it does not start."""

import os
import re
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.deploy.asking import eventually
from tests.deploy.visitor import Visitor
from tests.start.running import Running

Start = Callable[..., Running]
PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "0123456789abcdef" * 2,
    "ALLOWED_HOSTS": "shop.example",
}


def answers(running: Running) -> bool:
    with urllib.request.urlopen(running.url + "/login", timeout=10) as answer:
        return bool(answer.status == 200)


def is_free(running: Running) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", int(running.environment["PORT"]))) != 0


def refusal(running: Running) -> str:
    """What it said when it did not start: the last line, and nothing that looks like a crash."""
    assert running.wait() == 1
    assert not [line for line in running.lines if "Traceback" in line]
    return running.lines[-1]


def test_it_serves_when_it_says_so_and_ends_when_told_to(start: Start):
    site = start()
    assert site.url in site.wait_for("Serving on")
    assert answers(site)
    children = site.children()
    assert len(children) == 2, "the web server and the mail worker"
    assert site.stop() == 0
    assert is_free(site)
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]


def test_ctrl_c_ends_it_without_a_word_of_complaint(start: Start):
    site = start()
    site.wait_for("Serving on")
    said = len(site.lines)
    assert site.press_ctrl_c() == 0
    assert site.lines[said:] == []


def test_each_process_says_what_it_is(start: Start):
    """Mechanism: setproctitle; gunicorn uses it by itself."""
    site = start(WEB_CONCURRENCY="")  # as good as none
    site.wait_for("Serving on")
    web, worker = site.children()
    workers = [int(pid) for pid in Path(f"/proc/{web}/task/{web}/children").read_text().split()]
    assert title(site.pid) == "marketplace: start.sh"
    assert title(web) == "gunicorn: master [marketplace]"
    assert title(worker) == "marketplace: worker"
    assert {title(pid) for pid in workers} == {"gunicorn: worker [marketplace]"}


def title(pid: int) -> str:
    """What ``ps`` shows."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()


def test_the_second_time_nothing_is_set_up_again(start: Start):
    first = start()
    first.wait_for("Serving on")
    assert any("database" in line for line in first.lines)
    first.stop()
    second = start()
    second.wait_for("Serving on")
    assert len(second.lines) == 1


@pytest.mark.parametrize(("which", "name"), [(0, "The web server"), (1, "The mail worker")])
def test_when_one_of_the_two_dies_the_other_is_stopped(start: Start, which: int, name: str):
    site = start()
    site.wait_for("Serving on")
    children = site.children()
    os.kill(children[which], signal.SIGKILL)
    assert site.wait() == 1
    assert any(line.startswith(f"{name} ended") for line in site.lines)
    assert not Path(f"/proc/{children[1 - which]}").exists()


def test_the_demo_prints_two_sign_ins_that_work(start: Start):
    site = start("--demo")
    site.wait_for("Serving on")
    printed = printed_sign_ins(site)
    assert printed.keys() == {"buyer", "seller"}
    for email, password in printed.values():
        assert sign_in(site, email, password).endswith("/marketplace")
        assert sign_in(site, email, password + "!").endswith("/login")
    site.stop()

    again = start("--demo")
    again.wait_for("Serving on")
    assert printed_sign_ins(again) == printed
    assert sign_in(again, *printed["buyer"]).endswith("/marketplace")


def test_who_registers_finds_the_link_where_the_start_says(start: Start, tmp_path: Path):
    site = start()
    said = site.wait_for("Serving on")
    outbox = tmp_path / "instance" / "outbox"
    assert str(outbox) in said
    nina = Visitor(site.url)
    nina.fill_in("/register", name="Nina", email="nina@example.com", password="a long enough one")
    link = re.compile(r"/verify/[\w-]+")
    assert eventually(lambda: any(link.search(each.read_text()) for each in outbox.glob("*")))
    [letter] = outbox.glob("*")
    found = link.search(letter.read_text().replace("=\n", ""))
    assert found
    assert "Your account is ready" in nina.fill_in(found[0])


def test_with_a_mail_server_no_folder_is_named(start: Start):
    site = start(SMTP_URL="smtp://127.0.0.1:1")
    assert "outbox" not in site.wait_for("Serving on")


def printed_sign_ins(site: Running) -> dict[str, tuple[str, str]]:
    found = (re.search(r"(buyer|seller)\s+(\S+)\s+password\s+(\S+)", line) for line in site.lines)
    return {match[1]: (match[2], match[3]) for match in found if match}


def sign_in(site: Running, email: str, password: str) -> str:
    """Fill in the form as a browser does; the address of the page that follows."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    with browser.open(site.url + "/login", timeout=10) as page:
        token = re.search(r'name="csrf-token" content="([^"]+)"', page.read().decode())
    assert token
    form = {"csrf_token": token[1], "email": email, "password": password}
    try:
        with browser.open(site.url + "/login", urlencode(form).encode(), timeout=10) as page:
            return str(page.url)
    except urllib.error.HTTPError as refused:
        with refused:
            return str(refused.url)


def test_a_port_that_is_taken_is_said_before_anything_is_prepared(start: Start, tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"127.0.0.1:{port}" in refusal(start(PORT=port))
    assert not (tmp_path / "instance" / "marketplace.db").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("WEB_CONCURRENCY", "0"),
        ("APP_ENV", "staging"),
        ("POLL_INTERVAL", "soon"),
        ("DATABASE_URL", "postgresql://db/x"),
        ("SMTP_URL", "mail.example"),
        ("HOST", "no such host"),
    ],
)
def test_a_setting_that_cannot_be_read_is_one_sentence(start: Start, name: str, value: str):
    running = start(**{name: value})
    assert name in refusal(running)
    assert len(running.lines) == 1


def test_production_needs_a_secret(start: Start):
    assert refusal(start(APP_ENV="production")).startswith("SECRET_KEY")


def test_production_takes_no_demo_data(start: Start, tmp_path: Path):
    said = refusal(start("--demo", **PRODUCTION))
    assert "--demo" in said
    assert not (tmp_path / "instance" / "marketplace.db").exists()


def test_a_folder_that_cannot_be_written_is_one_sentence(start: Start, tmp_path: Path):
    (tmp_path / "file").touch()
    said = refusal(start(INSTANCE_PATH=str(tmp_path / "file" / "instance")))
    assert said.startswith("INSTANCE_PATH")


def test_a_database_that_cannot_be_opened_is_one_sentence(start: Start, tmp_path: Path):
    (tmp_path / "folder.db").mkdir()
    said = refusal(start(DATABASE_URL=f"sqlite:///{tmp_path / 'folder.db'}"))
    assert said.startswith("DATABASE_URL")


def test_a_database_that_does_not_answer_is_one_sentence(start: Start):
    said = refusal(start(DATABASE_URL="mysql+pymysql://me:hunter2@127.0.0.1:1/shop"))
    assert said.startswith("DATABASE_URL")
    assert "hunter2" not in said


def test_an_unknown_argument_is_refused(start: Start):
    assert "--deom" in refusal(start("--deom"))
