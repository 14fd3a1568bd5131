"""Every setting: read, typed, and refused in one sentence that names it."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from config import ConfigError, Settings

GOOD_KEY = "0123456789abcdef" * 2
PRODUCTION = {"APP_ENV": "production", "SECRET_KEY": GOOD_KEY, "ALLOWED_HOSTS": "shop.example"}


def read(tmp_path: Path, **environ: str) -> Settings:
    return Settings.from_environment({"INSTANCE_PATH": str(tmp_path / "instance"), **environ})


def refusal(tmp_path: Path, **environ: str) -> str:
    with pytest.raises(ConfigError) as raised:
        read(tmp_path, **environ)
    sentence = str(raised.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_nothing_needs_to_be_set(tmp_path: Path):
    settings = read(tmp_path)
    assert settings.app_env == "development"
    assert settings.database_url == f"sqlite:///{tmp_path / 'instance' / 'marketplace.db'}"
    assert settings.upload_folder == tmp_path / "instance" / "uploads"
    assert settings.address == "127.0.0.1:8000"
    assert settings.web_concurrency == 2
    assert settings.smtp_url is None
    assert settings.mail_from == "no-reply@localhost"
    assert settings.poll_interval == 2
    assert settings.default_locale == "en"


def test_an_empty_value_is_as_good_as_none(tmp_path: Path):
    names = ("APP_ENV", "SECRET_KEY", "DATABASE_URL", "HOST", "PORT", "WEB_CONCURRENCY")
    names += (
        "SITE_NAME",
        "SITE_URL",
        "SMTP_URL",
        "MAIL_FROM",
        "UPLOAD_FOLDER",
        "POLL_INTERVAL",
        "DEFAULT_LOCALE",
    )
    assert read(tmp_path, **dict.fromkeys(names, "")) == read(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "attribute", "value"),
    [
        ("APP_ENV", "development", "app_env", "development"),
        ("SECRET_KEY", "short is fine here", "secret_key", "short is fine here"),
        ("DATABASE_URL", "sqlite:////tmp/x.db", "database_url", "sqlite:////tmp/x.db"),
        ("UPLOAD_FOLDER", "/srv/photos", "upload_folder", Path("/srv/photos")),
        ("SMTP_URL", "smtps://mail.example:465", "smtp_url", "smtps://mail.example:465"),
        ("MAIL_FROM", "shop@example.com", "mail_from", "shop@example.com"),
        ("MAIL_FROM", "shop@example.com", "sender", "Marketplace <shop@example.com>"),
        ("MAIL_FROM", "The Shop <shop@example.com>", "sender", "The Shop <shop@example.com>"),
        ("SITE_NAME", " Vélo  & Cie ", "site_name", "Vélo & Cie"),
        ("POLL_INTERVAL", "0.5", "poll_interval", 0.5),
        ("DEFAULT_LOCALE", "fr", "default_locale", "fr"),
        ("HOST", "0.0.0.0", "address", "0.0.0.0:8000"),
        ("HOST", "::1", "address", "[::1]:8000"),
        ("PORT", "9000", "address", "127.0.0.1:9000"),
        ("WEB_CONCURRENCY", "4", "web_concurrency", 4),
    ],
)
def test_a_good_value_is_taken(tmp_path: Path, name: str, text: str, attribute: str, value: object):
    assert getattr(read(tmp_path, **{name: text}), attribute) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("APP_ENV", "prod"),
        ("DATABASE_URL", "no address"),
        ("DATABASE_URL", "postgresql://db/x"),
        ("DATABASE_URL", "mysql://db/x"),
        ("SMTP_URL", "mail.example:25"),
        ("POLL_INTERVAL", "soon"),
        ("POLL_INTERVAL", "0"),
        ("POLL_INTERVAL", "-2"),
        ("POLL_INTERVAL", "nan"),
        ("POLL_INTERVAL", "inf"),
        ("POLL_INTERVAL", "1e9"),
        ("MAIL_FROM", "x"),
        ("MAIL_FROM", "The Shop"),
        ("MAIL_FROM", "shop@"),
        ("ALLOWED_HOSTS", ",,"),
        ("DEFAULT_LOCALE", "de"),
        ("SITE_NAME", "x" * 41),
        ("SITE_NAME", "Shop\x1b[2J"),
        ("SITE_NAME", "Shop\u202e"),
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "80.5"),
        ("PORT", "٨٠٠٠"),
        ("WEB_CONCURRENCY", "0"),
        ("WEB_CONCURRENCY", "-1"),
        ("WEB_CONCURRENCY", "many"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_name(tmp_path: Path, name: str, text: str):
    assert refusal(tmp_path, **{name: text}).startswith(name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://shop.example", "https://shop.example"),
        ("https://Shop.Example:8443/", "https://shop.example:8443"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
    ],
)
def test_the_sites_address_is_read(tmp_path: Path, text: str, expected: str):
    assert read(tmp_path, **PRODUCTION, SITE_URL=text).site_url == expected


@pytest.mark.parametrize(
    "text",
    [
        "shop.example",
        "http://shop.example",
        "https://shop.example/market",
        "https://shop.example?x",
        "https://me:hunter2@shop.example",
        "https://",
        "ftp://shop.example",
        "https://shop.example:port",
        "https://shop.example https://b.example",
    ],
)
def test_production_refuses_what_is_not_the_sites_address(tmp_path: Path, text: str):
    assert refusal(tmp_path, **PRODUCTION, SITE_URL=text).startswith("SITE_URL")


@pytest.mark.parametrize(
    ("hosts", "expected"),
    [
        ("shop.example,127.0.0.1", "https://shop.example"),
        ("127.0.0.1, localhost, .shop.example, shop.example", "https://shop.example"),
        ("127.0.0.1", "https://127.0.0.1"),
    ],
)
def test_without_it_production_takes_the_first_of_its_names(
    tmp_path: Path, hosts: str, expected: str
):
    environ = {**PRODUCTION, "ALLOWED_HOSTS": hosts}
    assert read(tmp_path, **environ).site_url == expected


def test_production_without_any_whole_name_needs_it(tmp_path: Path):
    environ = {**PRODUCTION, "ALLOWED_HOSTS": ".shop.example"}
    assert refusal(tmp_path, **environ).startswith("SITE_URL")
    assert read(tmp_path, **environ, SITE_URL="https://shop.example").site_url


def test_elsewhere_links_lead_to_where_somebody_asked(tmp_path: Path):
    assert read(tmp_path, ALLOWED_HOSTS="shop.example").site_url is None
    assert read(tmp_path, SITE_URL="http://localhost:8000").site_url == "http://localhost:8000"


def test_a_refused_address_keeps_its_password_to_itself(tmp_path: Path):
    assert "hunter2" not in refusal(tmp_path, DATABASE_URL="oracle://me:hunter2@db/x")


def test_mariadb_is_asked_for_all_of_unicode(tmp_path: Path):
    settings = read(tmp_path, DATABASE_URL="mysql+pymysql://me:p%40ss@db:3307/shop?ssl_ca=/ca.pem")
    url = make_url(settings.database_url)
    assert url.query == {"ssl_ca": "/ca.pem", "charset": "utf8mb4"}
    assert (url.password, url.port, url.database) == ("p@ss", 3307, "shop")


def test_a_secret_is_made_once_and_kept_for_its_owner_only(tmp_path: Path):
    first = read(tmp_path).secret_key
    assert len(first) >= 32
    assert read(tmp_path).secret_key == first
    kept = tmp_path / "instance" / "secret_key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_production_does_not_start_without_a_secret(tmp_path: Path):
    assert refusal(tmp_path, APP_ENV="production").startswith("SECRET_KEY")
    assert not (tmp_path / "instance" / "secret_key").exists(), "nor does it make one"


def test_production_does_not_start_with_a_short_secret(tmp_path: Path):
    refused = refusal(tmp_path, APP_ENV="production", SECRET_KEY=GOOD_KEY[:-1])
    assert refused.startswith("SECRET_KEY")
    assert GOOD_KEY[:-1] not in refused
    assert read(tmp_path, **PRODUCTION).secret_key == GOOD_KEY


@pytest.mark.parametrize(("app_env", "secure"), [("production", True), ("development", False)])
def test_cookies_travel_by_https_only_in_production(tmp_path: Path, app_env: str, secure: bool):
    settings = read(tmp_path, **(PRODUCTION | {"APP_ENV": app_env})).flask()
    assert settings["SESSION_COOKIE_SECURE"] is secure
    assert settings["SESSION_COOKIE_HTTPONLY"] is True
    assert settings["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path):
    file = tmp_path / "file"
    file.touch()
    assert refusal(tmp_path, INSTANCE_PATH=str(file / "instance")).startswith("INSTANCE_PATH")


def test_processes_that_start_together_agree_on_the_secret(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: read(tmp_path).secret_key, range(8)))
    assert len(secrets) == 1
    assert len(secrets.pop()) >= 32
    assert [file.name for file in (tmp_path / "instance").iterdir()] == ["secret_key"]
