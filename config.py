"""Every setting, read from the environment, typed, failing loudly.

A value that cannot be read raises :class:`ConfigError` with one sentence that names the
variable, so that the start stops there and not in the middle of somebody's message.
"""

import os
import re
import secrets
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.utils import formataddr, parseaddr
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

import foreign

foreign.drop_empty(os.environ)
if fault := foreign.find_fault(os.environ):
    sys.exit(fault)

ROOT = Path(__file__).resolve().parent
LANGUAGES = ("en", "fr")
SECRET_KEY_MIN_LENGTH = 32
SECRET_KEY_MIN_VARIETY = 8  # different characters; 32 random hexadecimal digits have about 14
# Without blanks and dashes. What is copied from an example says so; chance writes none of them.
PLACEHOLDERS = ("changeme", "secret", "password", "insecure", "example", "development", "replace")
HOST_NAME = re.compile(r"\.?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
SITE_ADDRESS = re.compile(rf"https?://({HOST_NAME.pattern}|\[[0-9a-f:]+\])(:[0-9]{{1,5}})?/?")
MARKETPLACE = "marketplace.messaging.relation.Marketplace"
DOTTED_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", re.ASCII)
SESSION_LIFETIME = timedelta(days=90)  # after its last use: accounts/security.py renews it
BODY_LIMIT_BYTES = 48 * 1024 * 1024  # eight photos of a phone's camera and some room
SITE_NAME_MAX_LENGTH = 40  # it stands in the header of a phone's page
FIELDS_MAX = 100  # of a form or a query; the largest of ours, a listing's, has some twenty


class ConfigError(Exception):
    """A setting that cannot be used. Its text is one sentence for the operator."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the environment says; see README, "Settings", for what each one means."""

    app_env: str
    instance_path: Path
    secret_key: str
    database_url: str
    upload_folder: Path
    smtp_url: str | None
    mail_from: str
    poll_interval: float
    messaging_policy: str
    default_locale: str
    host: str
    port: int
    web_concurrency: int
    allowed_hosts: tuple[str, ...]
    site_name: str
    site_url: str | None
    trusted_proxies: int
    ratelimit_enabled: bool
    redis_url: str | None
    x_accel_redirect: bool

    @property
    def address(self) -> str:
        """Where to listen, as ``host:port``; an IPv6 host in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def sender(self) -> str:
        """Of mails: in the site's name where ``MAIL_FROM`` has none of its own."""
        name, address = parseaddr(self.mail_from)
        return self.mail_from if name else formataddr((self.site_name, address))

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read all settings.

        :raises ConfigError: for the first one that cannot be read.
        """
        app_env = _one_of(environ, "APP_ENV", ("development", "production"))
        instance_path = Path(environ.get("INSTANCE_PATH") or ROOT / "instance").resolve()
        return cls(
            app_env=app_env,
            instance_path=instance_path,
            secret_key=_secret_key(environ, app_env, instance_path),
            database_url=_database_url(environ, instance_path),
            upload_folder=Path(environ.get("UPLOAD_FOLDER") or instance_path / "uploads").resolve(),
            smtp_url=_smtp_url(environ),
            mail_from=_mail_from(environ),
            poll_interval=_positive_number(environ, "POLL_INTERVAL", 2, at_most=3600),
            messaging_policy=_messaging_policy(environ),
            default_locale=_one_of(environ, "DEFAULT_LOCALE", LANGUAGES),
            host=environ.get("HOST") or "127.0.0.1",
            port=_whole_number(environ, "PORT", 8000, at_most=65535),
            web_concurrency=_whole_number(environ, "WEB_CONCURRENCY", 2, at_most=1000),
            allowed_hosts=_allowed_hosts(environ, app_env),
            site_name=_site_name(environ),
            site_url=_site_url(environ, app_env),
            trusted_proxies=_whole_number(environ, "TRUSTED_PROXIES", 0, at_least=0, at_most=10),
            ratelimit_enabled=_one_of(environ, "RATELIMIT_ENABLED", ("true", "false")) == "true",
            redis_url=_redis_url(environ),
            x_accel_redirect=_one_of(environ, "X_ACCEL_REDIRECT", ("false", "true")) == "true",
        )

    def flask(self) -> dict[str, Any]:
        """What Flask and its extensions want to know, under the names they chose."""
        production = self.app_env == "production"
        return {
            "APP_ENV": self.app_env,
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "MAX_CONTENT_LENGTH": BODY_LIMIT_BYTES,
            "MAX_FORM_PARTS": FIELDS_MAX,
            "TRUSTED_HOSTS": list(self.allowed_hosts) or None,  # None: any
            "TRUSTED_PROXIES": self.trusted_proxies,
            "SITE_NAME": self.site_name,
            "SITE_URL": self.site_url,
            # With this prefix a browser takes the cookie only from this very host, by https.
            "SESSION_COOKIE_NAME": "__Host-session" if production else "session",
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SECURE": production,
            "SESSION_REFRESH_EACH_REQUEST": False,
            "PERMANENT_SESSION_LIFETIME": SESSION_LIFETIME,
            "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: an open page must still send
            "BABEL_DEFAULT_LOCALE": self.default_locale,
            "BOOTSTRAP_SERVE_LOCAL": True,
            "RATELIMIT_ENABLED": self.ratelimit_enabled,
            "REDIS_URL": self.redis_url,
            "UPLOAD_FOLDER": self.upload_folder,
            "X_ACCEL_REDIRECT": self.x_accel_redirect,
            "POLL_INTERVAL": self.poll_interval,
            "MESSAGING_POLICY": self.messaging_policy,
            "SMTP_URL": self.smtp_url,
            "MAIL_DEFAULT_SENDER": self.sender,
        }


def _messaging_policy(environ: Mapping[str, str]) -> str:
    """A dotted path; that there is such a class is found when it is made."""
    path = environ.get("MESSAGING_POLICY") or MARKETPLACE
    if not DOTTED_PATH.fullmatch(path):
        raise ConfigError(
            f"MESSAGING_POLICY is '{path}', but must be the dotted path to a class, such as"
            f" {MARKETPLACE}."
        )
    return path


def _one_of(environ: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = environ.get(name) or choices[0]
    if value not in choices:
        raise ConfigError(f"{name} is '{value}', but must be one of: {', '.join(choices)}.")
    return value


def _positive_number(
    environ: Mapping[str, str], name: str, default: float, *, at_most: float
) -> float:
    text = environ.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value <= at_most:
        raise ConfigError(f"{name} is '{text}', but must be a number above 0, at most {at_most:g}.")
    return value


def _whole_number(
    environ: Mapping[str, str], name: str, default: int, *, at_least: int = 1, at_most: int
) -> int:
    text = environ.get(name) or str(default)
    value = int(text) if text.isascii() and text.isdigit() else -1
    if not at_least <= value <= at_most:
        raise ConfigError(
            f"{name} is '{text}', but must be a whole number between {at_least} and {at_most}."
        )
    return value


def _secret_key(environ: Mapping[str, str], app_env: str, instance_path: Path) -> str:
    """Take the given key; outside production make one and keep it in the instance folder."""
    key = environ.get("SECRET_KEY", "")
    if app_env == "production":
        _refuse_weak(key)
    return key or _kept_secret(instance_path)


def _refuse_weak(key: str) -> None:
    """Whoever knows the key can sign in as anybody."""
    if not key:
        raise ConfigError("SECRET_KEY is not set, and production does not start without one.")
    if len(key) < SECRET_KEY_MIN_LENGTH:
        raise ConfigError(
            f"SECRET_KEY has {len(key)} characters, but production needs at least "
            f"{SECRET_KEY_MIN_LENGTH} random ones."
        )
    plain = re.sub(r"[\s_-]", "", key.lower())
    if len(set(key)) < SECRET_KEY_MIN_VARIETY or any(word in plain for word in PLACEHOLDERS):
        raise ConfigError(
            "SECRET_KEY looks like the one of an example, but production needs "
            f"{SECRET_KEY_MIN_LENGTH} random characters that nobody else has."
        )


def _allowed_hosts(environ: Mapping[str, str], app_env: str) -> tuple[str, ...]:
    names = [name.strip().lower() for name in environ.get("ALLOWED_HOSTS", "").split(",")]
    hosts = tuple(name for name in names if name)
    if len(names) > 1 and not hosts:
        raise ConfigError("ALLOWED_HOSTS has commas and no names between them.")
    for host in hosts:
        if not HOST_NAME.fullmatch(host):
            raise ConfigError(
                f"ALLOWED_HOSTS has '{host}', but must be names of hosts with commas between "
                "them, without 'https://', port or '*'."
            )
    if app_env == "production" and not hosts:
        raise ConfigError(
            "ALLOWED_HOSTS is not set, and production does not start without the site's names."
        )
    return hosts


def _site_name(environ: Mapping[str, str]) -> str:
    name = " ".join(environ.get("SITE_NAME", "").split()) or "Marketplace"
    if len(name) > SITE_NAME_MAX_LENGTH or not name.isprintable():
        raise ConfigError(
            f"SITE_NAME must be at most {SITE_NAME_MAX_LENGTH} characters that can be printed."
        )
    return name


def _site_url(environ: Mapping[str, str], app_env: str) -> str | None:
    """Where the links in mails lead; outside production None, for the host that was asked.

    Who asks for a mail must not choose where its reader is led, so that production needs an
    address; what stands first in ``ALLOWED_HOSTS`` will do, names before addresses.
    """
    production = app_env == "production"
    text = environ.get("SITE_URL", "").strip().lower()
    if not text and production:
        hosts = [host for host in _allowed_hosts(environ, app_env) if host[0] != "."]
        if not hosts:
            raise ConfigError(
                "SITE_URL is not set, and ALLOWED_HOSTS has no whole name to take in its place."
            )
        text = f"https://{min(hosts, key=_is_address)}"
    if text and (not SITE_ADDRESS.fullmatch(text) or (production and text.startswith("http:"))):
        raise ConfigError(
            f"SITE_URL is '{text}', but must be the site's address, such as "
            "'https://shop.example', without a path."
        )
    return text.rstrip("/") or None


def _is_address(host: str) -> bool:
    return host == "localhost" or host.replace(".", "").isdigit()


def _redis_url(environ: Mapping[str, str]) -> str | None:
    text = environ.get("REDIS_URL")
    if text and not text.startswith(("redis://", "rediss://", "redis+unix://")):
        raise ConfigError("REDIS_URL must begin with 'redis://', 'rediss://' or 'redis+unix://'.")
    return text or None


def _kept_secret(instance_path: Path) -> str:
    """The first process to come makes it: whole or not at all, and the same for all."""
    kept = instance_path / "secret_key"
    try:
        instance_path.mkdir(parents=True, exist_ok=True)
        if not kept.exists():
            with NamedTemporaryFile("w", dir=instance_path) as draft, suppress(FileExistsError):
                draft.write(secrets.token_hex(32))
                draft.flush()
                os.link(draft.name, kept)
        return kept.read_text().strip()
    except OSError as error:
        raise ConfigError(
            f"INSTANCE_PATH: '{instance_path}' cannot be written ({error.strerror})."
        ) from None


def _database_url(environ: Mapping[str, str], instance_path: Path) -> str:
    text = environ.get("DATABASE_URL") or f"sqlite:///{instance_path / 'marketplace.db'}"
    try:
        url = make_url(text)
    except ArgumentError:
        raise ConfigError("DATABASE_URL cannot be read as an address of a database.") from None
    if url.drivername not in ("sqlite", "mysql+pymysql"):
        raise ConfigError(
            f"DATABASE_URL begins with '{url.drivername}', but must begin with "
            "'sqlite' or 'mysql+pymysql'."
        )
    if url.drivername == "mysql+pymysql":
        url = url.update_query_dict({"charset": "utf8mb4"})
    return url.render_as_string(hide_password=False)


def _mail_from(environ: Mapping[str, str]) -> str:
    text = environ.get("MAIL_FROM") or "no-reply@localhost"
    local, at, host = parseaddr(text)[1].partition("@")
    if not (local and at and host):
        raise ConfigError(
            f"MAIL_FROM is '{text}', but must be an address, or a name with one in angle brackets."
        )
    return text


def _smtp_url(environ: Mapping[str, str]) -> str | None:
    text = environ.get("SMTP_URL")
    if text and not text.startswith(("smtp://", "smtps://")):
        raise ConfigError("SMTP_URL must begin with 'smtp://' or 'smtps://'.")
    return text or None
