"""What ``start.sh`` runs once the packages are there: prepare the database, then serve.

The application is loaded once. The web server and the mail worker are forks of this process,
which waits for them: when one ends, or somebody stops this process, both are stopped.
"""

import http.client
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence

import click
from flask.cli import ScriptInfo
from setproctitle import setproctitle
from sqlalchemy.exc import DBAPIError

from config import Settings
from marketplace.storage.database import db
from marketplace.storage.migrations import stored_version, wanted_version
from marketplace.storage.trouble import trouble_of
from wsgi import app

AWAITED = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD}
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


def main(arguments: Sequence[str]) -> int:
    """Prepare and serve until stopped; the exit status."""
    setproctitle("marketplace: start.sh")
    settings = Settings.from_environment()
    _check_address(settings)
    _prepare(demo="--demo" in arguments)
    return _serve(settings)


def _check_address(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        sys.exit(
            f"{settings.address} cannot be used ({error.strerror}); "
            "HOST and PORT choose another address."
        )


def _prepare(*, demo: bool) -> None:
    """Bring the database to head and put the demo data in, each only where it is missing."""
    try:
        with app.app_context():
            if not _is_at_head():
                click.echo("Bringing the database up to date ...")
                from flask_migrate import upgrade  # noqa: PLC0415 - slow, and needed only here

                upgrade()
        if demo:
            _command("demo")
    except DBAPIError as error:
        sys.exit(f"DATABASE_URL: the database cannot be used ({error.orig}). {trouble_of(error)}")
    except OSError as error:
        sys.exit(f"INSTANCE_PATH: a file cannot be written ({error}).")
    with app.app_context():  # forks must not share connections
        db.engine.dispose()
        app.extensions["reader"].dispose()


def _is_at_head() -> bool:
    with db.engine.connect() as connection:
        return stored_version(connection) == wanted_version()


def _serve(settings: Settings) -> int:
    signal.pthread_sigmask(signal.SIG_BLOCK, AWAITED)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # by default it is dropped, not awaited
    running = {_fork(_web_server): "The web server", _fork(_mail_worker): "The mail worker"}
    threading.Thread(target=_announce, args=(settings,), daemon=True).start()

    status = 0
    asked_to_stop = False
    while running:
        received = signal.sigwait(AWAITED)
        for pid, exit_status in _ended():
            name = running.pop(pid)
            if not asked_to_stop:
                click.echo(f"{name} ended (status {exit_status}); stopping the rest.", err=True)
                status = 1
        if received != signal.SIGCHLD or (status and not asked_to_stop):
            for pid in running:  # asked a second time, it does not wait
                os.kill(pid, signal.SIGKILL if asked_to_stop else signal.SIGTERM)
            asked_to_stop = True
    return status


def _fork(run: Callable[[], None]) -> int:
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # A terminal sends Ctrl-C to all; only the parent hears it, and ends both in good order.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, AWAITED - {signal.SIGINT})
    run()
    sys.exit()


def _web_server() -> None:
    # It reads the environment while it is imported: only once the settings are known to be good.
    from gunicorn.app import wsgiapp  # type: ignore[import-untyped]  # noqa: PLC0415

    # A person reads this terminal: what goes wrong, not every request.
    quiet = ["--log-level", "warning", "--access-logfile", os.devnull]
    sys.argv = ["gunicorn", *quiet, "wsgi:app"]
    wsgiapp.run()


def _mail_worker() -> None:
    _command("worker")


def _command(name: str) -> None:
    """Run one of the application's ``flask`` commands in this process."""
    app.cli.main([name], standalone_mode=False, obj=ScriptInfo(create_app=lambda: app))


def _ended() -> list[tuple[int, int]]:
    """The children that ended since the last call, with their exit statuses."""
    ended: list[tuple[int, int]] = []
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if not pid:
            return ended
        ended.append((pid, os.waitstatus_to_exitcode(status)))


def _announce(settings: Settings) -> None:
    """Say the address when the site really answers."""
    host = EVERYWHERE.get(settings.host, settings.host)
    while not _answers(host, settings.port):
        time.sleep(0.02)
    shown = f"[{host}]" if ":" in host else host
    outbox = settings.instance_path / "outbox"
    mails = "" if settings.smtp_url else f"; mails, as those that finish registrations: {outbox}"
    click.echo(f"Serving on http://{shown}:{settings.port} (Ctrl-C stops it){mails}")


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
