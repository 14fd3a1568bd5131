"""Mail. It is written at once, in its reader's language, and leaves from the worker only.

A letter is a template in ``templates/mail``: a line with its subject, a blank one, the text.
Without ``SMTP_URL`` letters are kept as files in the instance folder's ``outbox``.
"""

import smtplib
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask, render_template
from flask_babel import force_locale
from flask_mailman import EmailMessage, Mail
from flask_mailman.backends import smtp

from config import ConfigError
from marketplace.work.jobs import Job

TIMEOUT_SECONDS = 20
SUBJECT = "Subject: "
STARTTLS = "tls=starttls"
SMTP_URL_UNREADABLE = (
    "SMTP_URL cannot be read; it must look like smtp://user:password@host:port, "
    f"with ?{STARTTLS} where needed, or begin with smtps://."
)


def init_app(app: Flask) -> None:
    """Send by the given server, or into the outbox.

    :raises ConfigError: for an ``SMTP_URL`` that cannot be read.
    """
    url = app.config["SMTP_URL"]
    if url:
        app.config.from_mapping(_server(url), MAIL_TIMEOUT=TIMEOUT_SECONDS)
    else:
        outbox = Path(app.instance_path, "outbox")
        app.config.from_mapping(MAIL_BACKEND="file", MAIL_FILE_PATH=str(outbox))
    Mail().init_app(app)


def send(template: str, *, to: str, language: str, **context: Any) -> None:
    """Write a letter and leave it to the worker."""
    with force_locale(language):
        letter = render_template(f"mail/{template}.txt", **context)
    subject, _, text = letter.partition("\n\n")
    _deliver.later(to, subject.removeprefix(SUBJECT), text)


@Job
def _deliver(to: str, subject: str, text: str) -> None:
    headers = {"Auto-Submitted": "auto-generated"}  # keeps "out of office" from answering
    EmailMessage(subject, text, to=[to], headers=headers).send()


def _server(url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        port = parts.port or (465 if parts.scheme == "smtps" else 25)
    except ValueError:
        raise ConfigError(SMTP_URL_UNREADABLE) from None
    if not parts.hostname or parts.path.strip("/") or parts.query not in ("", STARTTLS):
        raise ConfigError(SMTP_URL_UNREADABLE)
    return {
        "MAIL_BACKEND": f"{__name__}.EmailBackend",
        "MAIL_SERVER": parts.hostname,
        "MAIL_PORT": port,
        "MAIL_USERNAME": unquote(parts.username or "") or None,
        "MAIL_PASSWORD": unquote(parts.password or "") or None,
        "MAIL_USE_SSL": parts.scheme == "smtps",
        "MAIL_USE_TLS": parts.scheme == "smtp" and parts.query == STARTTLS,
    }


class _SMTP(smtplib.SMTP):
    def starttls(self, *_arguments: Any, **_options: Any) -> tuple[int, bytes]:
        return super().starttls(context=ssl.create_default_context())


class EmailBackend(smtp.EmailBackend):  # type: ignore[misc]  # Flask-Mailman has no types
    """Flask-Mailman's, which checks the server's certificate with smtps only: ours always."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """What it opens a connection with."""
        return smtplib.SMTP_SSL if self.use_ssl else _SMTP
