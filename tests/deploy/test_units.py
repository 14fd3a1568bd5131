"""The systemd units, by systemd's own tools; and that all deployed files mean the same paths."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import need
from tests.deploy.conftest import settings_file
from tests.nginx import SITE
from tests.servers import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("marketplace-*.*"))
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
MOST_EXPOSURE = 1.5  # of 10; what is left is the network and the system's files, read-only


def name_of(unit: Path) -> str:
    return unit.name


def settings_of(unit: Path, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", unit.read_text(), re.M)


@pytest.fixture
def installed(tmp_path: Path) -> list[str]:
    """The units, with the programs they start where there are some: verifying looks for them."""
    need("systemd-analyze")
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "granian"):
        (programs / name).touch(0o755)
    for unit in UNITS:
        text = unit.read_text().replace("/srv/marketplace", str(tmp_path))
        (tmp_path / unit.name).write_text(text)
    return [str(tmp_path / unit.name) for unit in UNITS]


def test_systemd_accepts_the_units(installed: list[str]):
    done = subprocess.run(
        ["systemd-analyze", "verify", *installed], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_finds_what_is_wrong(installed: list[str]):
    unit = Path(installed[0])
    unit.write_text(unit.read_text().replace("[Service]", "[Service]\nProtectSystm=strict"))
    done = subprocess.run(
        ["systemd-analyze", "verify", *installed], capture_output=True, text=True, check=False
    )
    assert "ProtectSystm" in done.stderr


@pytest.mark.parametrize("unit", SERVICES, ids=name_of)
def test_a_service_is_shut_in(unit: Path):
    need("systemd-analyze")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found[1]) <= MOST_EXPOSURE


@pytest.mark.parametrize("unit", SERVICES, ids=name_of)
def test_a_service_may_write_what_it_has_to_and_nothing_else(unit: Path):
    settings = settings_file()
    assert settings_of(unit, "ProtectSystem") == ["strict"]
    state = [f"/var/lib/{name}" for name in settings_of(unit, "StateDirectory")]
    assert state == [settings["INSTANCE_PATH"]]
    assert settings_of(unit, "ReadWritePaths") == [settings["UPLOAD_FOLDER"]]
    assert settings_of(unit, "EnvironmentFile") == ["/etc/marketplace/environment"]


def test_nginx_looks_where_the_services_write():
    site = SITE.read_text()
    web = DEPLOY / "marketplace-web.service"
    assert settings_of(web, "CacheDirectory") == ["marketplace"]
    assert "assets /var/cache/marketplace\n" in web.read_text()
    assert "root /var/cache/marketplace;" in site
    assert f"alias {settings_file()['UPLOAD_FOLDER']}/;" in site


def test_nginx_asks_where_the_socket_listens():
    (address,) = settings_of(DEPLOY / "marketplace-web.socket", "ListenStream")
    assert f"server {address} " in SITE.read_text()
    assert address == "127.0.0.1:8000", "the default of HOST and PORT"


def test_the_guide_sends_polls_where_the_second_server_listens():
    (command,) = settings_of(DEPLOY / "marketplace-polls.service", "ExecStart")
    assert "--port 8002" in command
    assert "server 127.0.0.1:8002 " in (ROOT / "docs" / "polls.md").read_text()


def test_the_settings_file_has_no_secret_and_names_every_setting_of_a_deployment():
    settings = settings_file()
    assert settings["SECRET_KEY"] == ""
    assert settings["APP_ENV"] == "production"
    assert (settings["TRUSTED_PROXIES"], settings["X_ACCEL_REDIRECT"]) == ("1", "true")


def test_the_command_of_the_operator_is_a_script_that_can_be_read():
    shell = shutil.which("sh")
    assert shell
    subprocess.run([shell, "-n", str(DEPLOY / "marketplace")], check=True)
