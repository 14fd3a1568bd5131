"""Static files: addresses that change with their content, so that they are kept for good.

The version stands in the path and not behind a ``?``: scripts import each other by relative
addresses, and so all of them change together.
"""

import hashlib
import os
import re
import shutil
import time
from functools import cache
from importlib.metadata import version
from pathlib import Path

import click
from flask import Flask, Response, current_app, request
from flask.cli import with_appcontext
from markupsafe import Markup

from config import ROOT
from marketplace.web import bare_errors, templates

FOLDER = ROOT / "static"
SCRIPTS = FOLDER / "js"
IMPORT = re.compile(r"""^(?:import|export)\b[^;"']*["'](\.{1,2}/[^"']+)["'];""", re.MULTILINE)
COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)\n", re.MULTILINE)
INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
ICON = Markup('<svg class="icon" aria-hidden="true"><use href="{}/img/icons.svg#{}" /></svg>')
VERSION_LENGTH = 12
FOR_GOOD = "public, max-age=31536000, immutable"
FOUND = (200, 206, 304)
READABLE_BY_ALL = 0o022  # the service itself is stricter, and the web server another user
# A page that was loaded before an update still asks for the files of its version.
OLD_VERSIONS_STAY_SECONDS = 30 * 24 * 3600


def url_path() -> str:
    """``/static/<version>``: another one as soon as any file is another one."""
    digest = hashlib.sha256(version("bootstrap-flask").encode())
    for file in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        digest.update(file.relative_to(FOLDER).as_posix().encode() + b"\0" + file.read_bytes())
    return f"/static/{digest.hexdigest()[:VERSION_LENGTH]}"


@cache
def modules_of(script: str) -> tuple[str, ...]:
    """What a script below ``js`` imports, directly or not, for the page to ask for at once.

    Otherwise the browser finds them one inside the other, a round trip for each level.
    """
    found: list[str] = []
    waiting = [SCRIPTS / script]
    while waiting:
        file = waiting.pop()
        for address in IMPORT.findall(file.read_text()):
            imported = (file.parent / address).resolve()
            name = imported.relative_to(SCRIPTS).as_posix()
            if name not in found:
                found.append(name)
                waiting.append(imported)
    return tuple(sorted(found))


def compact(script: str) -> str:
    """Without the comments that have lines of their own, and without indentation: a quarter less
    to send. Whatever needs a JavaScript parser is left alone."""
    return INDENTATION.sub("", COMMENT.sub("", script))


def preloads(script: str, besides: str | None = None) -> Markup:
    """Have the browser ask for all that a script imports, but for what ``besides`` has imported."""
    asked_for = modules_of(besides) if besides else ()
    names = [name for name in modules_of(script) if name not in asked_for]
    link = Markup('<link rel="modulepreload" href="{}/js/{}">')
    return Markup("\n").join(link.format(current_app.static_url_path, name) for name in names)


def icon(name: str) -> Markup:
    """One of our own icons, see static/img/icons.svg; always beside a word, and so hidden from
    assistive tools."""
    return _icon(current_app.static_url_path or "", name)


@cache
def _icon(folder: str, name: str) -> Markup:
    return ICON.format(folder, name)


def init_app(app: Flask) -> None:
    """Say of static files that they can be kept, add the command that copies them, and let
    templates name them."""
    app.after_request(_keep)
    app.cli.add_command(assets)
    templates.add_constant(app, "preloads", preloads)
    templates.add_constant(app, "icon", icon)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def assets(folder: Path) -> None:
    """Copy all static files to FOLDER, from where the web server takes them, and the pages of
    errors that it answers itself.

    Repeatable; what is there already stays. Versions older than 30 days are removed.
    """
    umask = os.umask(READABLE_BY_ALL)
    try:
        for address, source in _sources():
            target = folder / address.removeprefix("/")
            if not target.exists():
                _copy(source, target)
            _remove_old(target)
        bare_errors.write_pages(folder)
    finally:
        os.umask(umask)
    click.echo(f"The static files are in {folder}.")


def _keep(response: Response) -> Response:
    if request.endpoint in ("static", "bootstrap.static") and response.status_code in FOUND:
        response.headers["Cache-Control"] = FOR_GOOD
    return response


def _sources() -> list[tuple[str, Path]]:
    """The application's folder and those of packages, each with its address."""
    owners = (current_app, *current_app.blueprints.values())
    return [
        (owner.static_url_path, Path(owner.static_folder))
        for owner in owners
        if owner.static_folder and owner.static_url_path
    ]


def _copy(source: Path, target: Path) -> None:
    """All of it or nothing: the web server must not see half a version."""
    unfinished = target.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(source, unfinished)
    if source == FOLDER:
        for file in unfinished.rglob("*.js"):
            file.write_text(compact(file.read_text()))
    unfinished.touch()  # copytree gave it the age of the original
    unfinished.rename(target)


def _remove_old(current: Path) -> None:
    oldest = time.time() - OLD_VERSIONS_STAY_SECONDS
    for other in current.parent.iterdir():
        if other != current and other.stat().st_mtime < oldest:
            shutil.rmtree(other)
