"""A real nginx with the deployed site file, before one or more running applications."""

import http.client
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers import ROOT, free_port

SITE = ROOT / "deploy" / "nginx.conf"
HOST = "marketplace.example"
START_TIMEOUT_SECONDS = 10


class Nginx:
    """``with Nginx(server.port) as site:`` and requests go to ``site.url``, by plain HTTP.

    Runs as the user who tests, with everything in a folder of its own. Of the site file only
    ports, paths and the certificate are other ones. There are three doors: ``port`` is the site
    by plain HTTP, ``tls_port`` the site as the world sees it, ``redirect_port`` leads from
    http to https.
    """

    def __init__(
        self,
        *upstream_ports: int,
        uploads: Path | None = None,
        assets: Path | None = None,
        realtime_port: int | None = None,
    ) -> None:
        self.port, self.tls_port, self.redirect_port = free_port(), free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._upstream_ports = upstream_ports
        self._realtime_port = realtime_port or free_port()
        self._temporary = tempfile.TemporaryDirectory(prefix="nginx-")
        self.folder = Path(self._temporary.name)
        self._uploads = uploads or self.folder / "uploads"
        self._assets = assets or self.folder / "assets"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._prepare()
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        self._temporary.cleanup()

    @property
    def certificate(self) -> Path:
        """What a client of ``tls_port`` has to trust."""
        return self.folder / "fullchain.pem"

    @property
    def access_log(self) -> str:
        """What the site's log holds so far."""
        return (self.folder / "access.log").read_text()

    @property
    def error_log(self) -> str:
        """What went wrong so far."""
        return (self.folder / "error.log").read_text()

    def check(self) -> str:
        """``nginx -t`` on the configuration; what it says. Fails the test when it objects."""
        done = subprocess.run([*self._command(), "-t"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def start(self) -> None:
        """Start, again after ``stop`` or ``kill``, on the same ports; returns when it answers."""
        self._process = subprocess.Popen(self._command())
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"nginx does not answer:\n{self.error_log}")
            time.sleep(0.02)  # the wait for a condition

    def stop(self) -> None:
        """End it as an operator does; what is under way is answered."""
        self._end(signal.SIGQUIT)

    def kill(self) -> None:
        """End master and workers the hard way."""
        if self._process is None:
            return
        workers = self._worker_pids()
        self._process.kill()  # first, or it would start new workers
        for pid in workers:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        while self._answers():
            time.sleep(0.02)  # the wait for a condition: the last worker is gone

    def _worker_pids(self) -> list[int]:
        assert self._process
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def _command(self) -> list[str]:
        program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
        assert program, "nginx is not installed"
        log = self.folder / "error.log"
        return [program, "-p", str(self.folder), "-e", str(log), "-c", str(self.folder / "main")]

    def _prepare(self) -> None:
        for folder in (self._uploads, self._assets):
            folder.mkdir(parents=True, exist_ok=True)
        (self._assets / "errors").mkdir(exist_ok=True)
        for status in (400, 413, 414, 502, 504):
            (self._assets / "errors" / f"{status}.html").touch()
        _make_certificate(self.folder)
        (self.folder / "site").write_text(self._site())
        (self.folder / "main").write_text(self._main())

    def _site(self) -> str:
        """The deployed file with other ports, paths and certificate, and a door without TLS."""
        doors = f"listen 127.0.0.1:{self.tls_port} ssl http2; listen 127.0.0.1:{self.port};"
        servers = " ".join(f"server 127.0.0.1:{port} max_fails=0;" for port in self._upstream_ports)
        changes = {
            r"listen \[::\]:[^;]*;": "",
            r"listen 80;": f"listen 127.0.0.1:{self.redirect_port};",
            r"listen 443 ssl http2;": doors,
            r"server 127\.0\.0\.1:8000 [^;]*;": servers,
            r"server 127\.0\.0\.1:8001": f"server 127.0.0.1:{self._realtime_port}",
            rf"/etc/letsencrypt/live/{HOST}/": f"{self.folder}/",
            r"/var/log/nginx/marketplace\.log": f"{self.folder}/access.log",
            r"/var/cache/marketplace": str(self._assets),
            r"/var/lib/marketplace-uploads": str(self._uploads),
        }
        text = re.sub(r"#.*", "", SITE.read_text())
        for pattern, replacement in changes.items():
            text, count = re.subn(pattern, replacement, text)
            assert count, f"deploy/nginx.conf no longer has {pattern}"
        return text

    def _main(self) -> str:
        """What Debian's nginx.conf says around a site, for a user with no rights, and with room
        for many pages as docs/operations.md makes it."""
        user = "user root;" if os.geteuid() == 0 else ""
        temporary = " ".join(
            f"{kind}_temp_path {self.folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        return (
            f"{user} daemon off; pid {self.folder}/pid; worker_processes 2;\n"
            "worker_rlimit_nofile 16384; events { worker_connections 8192; }\n"
            "http {\n"
            f"  include /etc/nginx/mime.types; default_type application/octet-stream;\n"
            f"  sendfile on; tcp_nopush on; access_log off; {temporary}\n"
            f"  include {self.folder}/site;\n"
            "}\n"
        )

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.redirect_port, timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            return False
        finally:
            connection.close()
        return True


def _make_certificate(folder: Path) -> None:
    wanted = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        f"-subj /CN={HOST} -addext subjectAltName=DNS:{HOST},IP:127.0.0.1 "
        "-keyout privkey.pem -out fullchain.pem"
    )
    subprocess.run(wanted.split(), cwd=folder, check=True, capture_output=True)
