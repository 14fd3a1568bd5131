"""Variables of the environment that are no settings of ours: dependencies read them by themselves.

They do so while they are imported, and end in a traceback when they cannot: this is looked at
before any of them, by ``config.py``, which all ways in import first. gunicorn's own number of
workers, ``WEB_CONCURRENCY``, is a setting.
"""

import io
import shlex
from collections.abc import Mapping, MutableMapping
from contextlib import redirect_stderr, redirect_stdout
from ipaddress import ip_network

# gunicorn, systemd's door (gunicorn reads it, too), passlib.
WHOLE_NUMBERS = ("GUNICORN_PID", "LISTEN_PID", "LISTEN_FDS", "PASSLIB_MAX_PASSWORD_SIZE")
SWITCHES = ("FLASK_DEBUG", "PASSLIB_MOCK_FIPS_MODE")
ON = ("1", "true", "t", "yes", "y", "on")
OFF = ("", "0", "false", "f", "no", "n", "off")


def drop_empty(environ: MutableMapping[str, str]) -> None:
    """Have gunicorn, too, take an empty number of workers for none."""
    if environ.get("WEB_CONCURRENCY") == "":
        del environ["WEB_CONCURRENCY"]


def find_fault(environ: Mapping[str, str]) -> str | None:
    """One sentence for the first variable that a dependency cannot read, None where all is well."""
    for name in WHOLE_NUMBERS:
        if not _is_number(environ.get(name, "0")):
            return f"{name} is '{environ[name]}', but must be a whole number, or not be set."
    for name in SWITCHES:
        if environ.get(name, "0").lower() not in ON + OFF:
            return f"{name} is '{environ[name]}', but must be 1 or 0, or not be set."
    if environ.get("APP_ENV") == "production" and environ.get("FLASK_DEBUG", "0").lower() in ON:
        return "FLASK_DEBUG is set, and production does not start with it."
    return _addresses(environ) or _gunicorn_arguments(environ)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _addresses(environ: Mapping[str, str]) -> str | None:
    text = environ.get("FORWARDED_ALLOW_IPS", "")
    try:
        for address in text.split(","):
            if address.strip() not in ("", "*"):
                ip_network(address.strip())
    except ValueError:
        return (
            f"FORWARDED_ALLOW_IPS is '{text}', but must be addresses with commas between them; "
            "it changes nothing here, where TRUSTED_PROXIES counts."
        )
    return None


def _gunicorn_arguments(environ: Mapping[str, str]) -> str | None:
    text = environ.get("GUNICORN_CMD_ARGS", "")
    if not text:
        return None
    from gunicorn.config import Config  # type: ignore[import-untyped]  # noqa: PLC0415 - see above

    said = io.StringIO()
    try:
        with redirect_stderr(said), redirect_stdout(said):
            Config().parser().parse_args(shlex.split(text))
    except (SystemExit, ValueError) as error:
        reason = said.getvalue().strip().rpartition("\n")[2].rpartition("error: ")[2]
        reason = reason if isinstance(error, SystemExit) else str(error)
        return f"GUNICORN_CMD_ARGS is '{text}', which gunicorn cannot read ({reason})."
    return None
