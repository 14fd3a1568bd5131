"""New processes while people write and read: what was begun is answered, nobody is turned away."""

import re
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from gunicorn.workers import gthread

from tests.conftest import need
from tests.databases import Database, SQLite
from tests.deploy.asking import ask, eventually
from tests.nginx import SITE
from tests.servers import ROOT, Server
from tests.soak.load import Load, Trouble
from tests.soak.site import Site

# Few enough that nobody is turned away for another reason, which is too much to do at once.
QUIET = {"senders": 3, "pollers": 6}
POLL_PAUSE_SECONDS = 0.2
FULL = pytest.param(20, 3.0, marks=[pytest.mark.soak, pytest.mark.timeout(600)], id="full")


@pytest.mark.parametrize(("times", "every"), [pytest.param(3, 1.5, id="short"), FULL])
def test_a_reload_turns_nobody_away(database: Database, tmp_path: Path, times: int, every: float):
    """The mechanisms: HUP lets workers finish, answering on connections that are kept open for
    a while; and nginx hangs up on idle ones earlier than that."""
    need("nginx")
    with Site(database.create(), tmp_path, workers=2) as site:
        before = site.server.worker_pids()
        load = Load(site, site.conversation(), poll_pause=POLL_PAUSE_SECONDS)
        reloads = Trouble(site.server.reload, every=every, times=times)
        report = load.run(messages=60, trouble=reloads, **QUIET)
        print(database.name, report.row("reload"))
        assert report.troubles == times
        assert report.other_answers == {}
        assert report.faults == {}
        # They are other processes, once the first ones have finished what they had.
        assert eventually(lambda: not set(before) & set(site.server.worker_pids()))


def test_nginx_hangs_up_on_an_idle_connection_before_gunicorn_does():
    """Or a write could be sent into a connection that is being closed, and could not be repeated.
    It takes a coincidence of microseconds, so that the load above would hardly show it."""
    found = re.search(r"^    keepalive_timeout (\d+)s;", SITE.read_text(), re.M)
    config = re.search(r"^keepalive = (\d+)", (ROOT / "gunicorn.conf.py").read_text(), re.M)
    assert found
    assert config
    assert int(found[1]) < gthread.STOP_KEEPALIVE_LINGER < int(config[1])


def test_a_worker_that_is_replaced_by_its_age_turns_nobody_away(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    need("nginx")
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--max-requests 60 --max-requests-jitter 20")
    with Site(database.create(), tmp_path, workers=2) as site:
        before = site.server.worker_pids()
        load = Load(site, site.conversation(), poll_pause=POLL_PAUSE_SECONDS)
        report = load.run(messages=250, **QUIET)
        assert report.other_answers == {}
        assert report.faults == {}
        assert set(before) != set(site.server.worker_pids())


def test_a_restart_behind_systemds_socket_turns_nobody_away(tmp_path: Path):
    """What the socket unit is for: it stays open, and who comes meanwhile waits in its queue."""
    site = Server(SQLite(tmp_path).create(), tmp_path)
    site.flask("db", "upgrade")
    answers: Counter[int] = Counter()
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        stop = threading.Event()
        with served(site, door):
            assert ask(port, "/healthz").status == 200
            asking = threading.Thread(target=keep_asking, args=(port, answers, stop))
            asking.start()
        answered = sum(answers.values())
        with served(site, door):
            assert ask(port, "/healthz").status == 200
            stop.set()
            asking.join()
    assert set(answers) == {200}
    assert sum(answers.values()) > answered


@contextmanager
def served(site: Server, door: socket.socket) -> Iterator[None]:
    """gunicorn with the door that it was given, as systemd gives it."""
    command = (
        f"exec 3<&{door.fileno()}; LISTEN_FDS=1 LISTEN_PID=$$ "
        f"exec {sys.executable} -m gunicorn wsgi:app"
    )
    with (site.instance / "log").open("a") as log:
        process = subprocess.Popen(
            ["bash", "-c", command],
            cwd=ROOT,
            env=site.environment,
            pass_fds=[door.fileno()],
            stdout=log,
            stderr=log,
        )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def keep_asking(port: int, answers: Counter[int], stop: threading.Event) -> None:
    """One request after the other, until told to stop."""
    while not stop.is_set():
        answers[ask(port, "/healthz").status] += 1
