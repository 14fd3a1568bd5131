"""Mail leaves from the worker: into the outbox, or by a real SMTP server on loopback."""

import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from flask import Flask
from huey.utils import utcnow

from config import ROOT, ConfigError, Settings
from marketplace import create_app
from marketplace.work import jobs, mail
from marketplace.work.queue import LEASE
from tests.conftest import need
from tests.letters import post
from tests.servers import free_port

ARRIVAL_TIMEOUT_SECONDS = 20


class Mailbox:
    """An SMTP server that keeps what it is given. It may want a name and a password first."""

    def __init__(self, **options: Any) -> None:
        self.arrived: Queue[Envelope] = Queue()
        self.logins: list[Any] = []
        self.port = free_port()
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, authenticator=self._authenticate, **options
        )

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Session, envelope: Envelope
    ) -> str:
        self.arrived.put(envelope)
        return "250 OK"

    def start(self) -> "Mailbox":
        self._controller.start()
        return self

    def stop(self) -> None:
        if self._controller.server:
            self._controller.stop()

    def _authenticate(self, *given: Any) -> AuthResult:
        self.logins.append(given[-1])
        return AuthResult(success=given[-1] == LoginPassword(b"me@example.com", b"pass/word"))


@pytest.fixture
def mailboxes() -> Iterator[Callable[..., Mailbox]]:
    """Makes SMTP servers, not started yet."""
    made: list[Mailbox] = []

    def make(**options: Any) -> Mailbox:
        made.append(Mailbox(**options))
        return made[-1]

    yield make
    for mailbox in made:
        mailbox.stop()


@pytest.fixture
def sending(tmp_path: Path) -> Iterator[Callable[[str], Flask]]:
    """Makes applications that send by an ``SMTP_URL``."""
    made: list[Flask] = []

    def make(url: str) -> Flask:
        settings = Settings.from_environment({"INSTANCE_PATH": str(tmp_path), "SMTP_URL": url})
        made.append(create_app(settings, overrides={"TESTING": True}))
        return made[-1]

    yield make
    for app in made:
        jobs.queue_of(app).storage.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of our own making for localhost, its key in the same file."""
    need("openssl")
    files = {name: tmp_path / f"{name}.pem" for name in ("key", "certificate")}
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    subprocess.run(
        [
            *command.split(),
            *("-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", files["key"], "-out", files["certificate"]),
        ],
        check=True,
        capture_output=True,
    )
    files["certificate"].write_text(files["key"].read_text() + files["certificate"].read_text())
    return files["certificate"]


def served_with(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def send_reset(app: Flask) -> None:
    with app.test_request_context():
        mail.send("reset", to="bea@example.com", language="en", link="http://localhost/reset/x")


def drain(app: Flask) -> None:
    with app.app_context():
        jobs.drain()


def test_without_a_server_letters_are_files(app: Flask):
    send_reset(app)
    [letter] = post(app)
    assert letter["To"] == "bea@example.com"
    assert letter["From"] == "Marketplace <no-reply@localhost>"
    assert letter["Subject"] == "Choose a new password"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "text/plain"
    assert "http://localhost/reset/x" in letter.get_content().splitlines()


def test_nothing_leaves_before_the_worker_takes_it(app: Flask):
    send_reset(app)
    assert list(Path(app.instance_path, "outbox").glob("*")) == []
    assert len(post(app)) == 1
    assert post(app) == []


def test_a_letter_is_text_and_escapes_nothing(app: Flask):
    link = "http://localhost/verify/<b>&é"
    with app.test_request_context():
        mail.send("verify", to="bea@example.com", language="en", link=link)
    [letter] = post(app)
    assert letter.get_content_type() == "text/plain"
    assert link in letter.get_content()


def test_a_letter_arrives_by_smtp(mailboxes: Any, sending: Callable[[str], Flask]):
    mailbox = mailboxes().start()
    app = sending(f"smtp://127.0.0.1:{mailbox.port}")
    send_reset(app)
    drain(app)
    envelope = mailbox.arrived.get(timeout=ARRIVAL_TIMEOUT_SECONDS)
    assert envelope.rcpt_tos == ["bea@example.com"]
    assert envelope.mail_from == "no-reply@localhost"
    assert b"Subject: Choose a new password\r\n" in envelope.content


def test_name_and_password_go_to_a_server_that_is_vouched_for(
    mailboxes: Any,
    sending: Callable[[str], Flask],
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mailbox = mailboxes(tls_context=served_with(certificate), auth_required=True).start()
    app = sending(f"smtp://me%40example.com:pass%2Fword@localhost:{mailbox.port}?tls=starttls")
    send_reset(app)
    drain(app)
    assert mailbox.logins == [LoginPassword(b"me@example.com", b"pass/word")]
    assert mailbox.arrived.get(timeout=ARRIVAL_TIMEOUT_SECONDS).rcpt_tos == ["bea@example.com"]


def test_a_server_that_nobody_vouches_for_gets_no_password(
    mailboxes: Any, sending: Callable[[str], Flask], certificate: Path
):
    """Flask-Mailman's own STARTTLS believes any certificate."""
    mailbox = mailboxes(tls_context=served_with(certificate)).start()
    app = sending(f"smtp://me%40example.com:pass%2Fword@localhost:{mailbox.port}?tls=starttls")
    send_reset(app)
    drain(app)
    assert mailbox.logins == []
    assert mailbox.arrived.empty()
    assert jobs.queue_of(app).storage.schedule_size() == 1


def test_a_server_that_is_away_is_tried_again_later_and_later(
    mailboxes: Any, sending: Callable[[str], Flask]
):
    mailbox = mailboxes()
    app = sending(f"smtp://127.0.0.1:{mailbox.port}")
    queue = jobs.queue_of(app)
    send_reset(app)
    for delay in (10, 20, 40):
        drain(app)
        [waiting] = queue.scheduled()
        assert abs((waiting.eta - utcnow()).total_seconds() - delay) < 5
        assert queue.pending() == []
        bring_back(app, waiting.eta)
    mailbox.start()
    drain(app)
    assert mailbox.arrived.get(timeout=ARRIVAL_TIMEOUT_SECONDS).rcpt_tos == ["bea@example.com"]
    assert queue.scheduled() == queue.pending() == []


def test_a_letter_whose_worker_died_comes_back(app: Flask):
    """Huey's own storage deletes a job before it is run."""
    queue = jobs.queue_of(app)
    send_reset(app)
    assert queue.dequeue() is not None  # and with that, this worker is killed
    assert post(app) == []
    bring_back(app, utcnow() + LEASE / 2)
    assert post(app) == []
    bring_back(app, utcnow() + LEASE * 2)
    assert len(post(app)) == 1
    bring_back(app, utcnow() + LEASE * 4)
    assert post(app) == []


def test_the_worker_delivers_until_it_is_told_to_stop(
    mailboxes: Any, sending: Callable[[str], Flask], tmp_path: Path
):
    mailbox = mailboxes().start()
    url = f"smtp://127.0.0.1:{mailbox.port}"
    app = sending(url)
    send_reset(app)
    worker = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
        cwd=ROOT,
        env={**os.environ, "INSTANCE_PATH": str(tmp_path), "SMTP_URL": url},
    )
    try:
        mailbox.arrived.get(timeout=ARRIVAL_TIMEOUT_SECONDS)
        send_reset(app)
        mailbox.arrived.get(timeout=ARRIVAL_TIMEOUT_SECONDS)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(ARRIVAL_TIMEOUT_SECONDS) == 0
    finally:
        worker.kill()
        worker.wait()
    assert jobs.queue_of(app).storage.schedule_size() == 0


@pytest.mark.parametrize(
    "url",
    [
        "smtp://",
        "smtp://host:port",
        "smtp://host:99999",
        "smtp://host/path",
        "smtp://host?tls=maybe",
        "smtp://host?ssl=1",
        "smtp://host?tls",
        "smtps://[host",
    ],
)
def test_an_address_that_cannot_be_read_stops_the_start(sending: Any, url: str):
    with pytest.raises(ConfigError, match="SMTP_URL"):
        sending(url)


def test_a_folder_that_cannot_be_written_stops_the_start(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    settings = Settings.from_environment(
        {"INSTANCE_PATH": str(tmp_path / "file"), "SECRET_KEY": "given, so not kept there"}
    )
    with pytest.raises(ConfigError, match="INSTANCE_PATH"):
        create_app(settings)


def bring_back(app: Flask, now: Any) -> None:
    """What Huey's scheduler does each second."""
    queue = jobs.queue_of(app)
    for task in queue.read_schedule(now):
        task.eta = None
        queue.enqueue(task)
