"""Production mode: what it refuses to start with, and how its cookie travels."""

from pathlib import Path

import pytest
from flask import Flask

from config import ConfigError, Settings
from tests.guards.conftest import HTTPS, PRODUCTION


def refusal(tmp_path: Path, **environ: str) -> str:
    with pytest.raises(ConfigError) as refused:
        Settings.from_environment({"INSTANCE_PATH": str(tmp_path), **PRODUCTION, **environ})
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(
    "key",
    [
        "",
        "dev",
        "changeme",
        "0123456789abcdef0123456789abcde",
        "x" * 64,
        "abcd" * 16,
        "changeme-changeme-changeme-changeme-1",
        "CHANGE_ME_0123456789abcdef0123456789",
        "my super secret key that is long enough",
        "django-insecure-0123456789abcdefghijkl",
        "replace-this-by-something-random-0123456",
        "development-0123456789abcdef0123456789",
    ],
)
def test_a_key_that_others_may_know_is_refused(tmp_path: Path, key: str):
    """Mechanism: ``_refuse_weak`` in config.py."""
    sentence = refusal(tmp_path, SECRET_KEY=key)
    assert sentence.startswith("SECRET_KEY")
    assert not key or key not in sentence
    assert not (tmp_path / "secret_key").exists(), "nor is one made"


def test_a_random_key_is_taken(tmp_path: Path):
    for key in ("0f" * 4 + "1234567890abcdef1234567890", "vY3-_q8Rk1ZpX0bTn5LhW2sJd7GcUe4Am6Fi9Ko"):
        environ = {"INSTANCE_PATH": str(tmp_path), **PRODUCTION, "SECRET_KEY": key}
        assert Settings.from_environment(environ).secret_key == key


def test_outside_production_any_key_will_do(tmp_path: Path):
    environ = {"INSTANCE_PATH": str(tmp_path), "SECRET_KEY": "dev"}
    assert Settings.from_environment(environ).secret_key == "dev"


@pytest.mark.parametrize(
    "hosts", ["", " ", ",", "*", "https://shop.example", "shop.example:443", "a b", "shop..example"]
)
def test_the_sites_names_must_be_said(tmp_path: Path, hosts: str):
    assert refusal(tmp_path, ALLOWED_HOSTS=hosts).startswith("ALLOWED_HOSTS")


def test_the_sites_names_are_read(tmp_path: Path):
    hosts = "Shop.example, www.shop.example,.intern.example,127.0.0.1,"
    environ = {"INSTANCE_PATH": str(tmp_path), **PRODUCTION, "ALLOWED_HOSTS": hosts}
    expected = ("shop.example", "www.shop.example", ".intern.example", "127.0.0.1")
    assert Settings.from_environment(environ).allowed_hosts == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "all"),
        ("TRUSTED_PROXIES", "11"),
        ("RATELIMIT_ENABLED", "perhaps"),
        ("REDIS_URL", "127.0.0.1:6379"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_name(tmp_path: Path, name: str, text: str):
    assert refusal(tmp_path, **{name: text}).startswith(name)


def test_by_default_no_proxy_is_believed_and_limits_are_on(tmp_path: Path):
    settings = Settings.from_environment({"INSTANCE_PATH": str(tmp_path)})
    assert settings.trusted_proxies == 0
    assert settings.ratelimit_enabled is True
    assert settings.redis_url is None
    assert settings.allowed_hosts == ()


def test_the_cookie_is_for_this_host_by_https_and_not_for_scripts(production: Flask):
    cookie = production.test_client().get("/login", base_url=HTTPS).headers["Set-Cookie"]
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert "Domain" not in cookie, "a browser would not take it with this prefix"
