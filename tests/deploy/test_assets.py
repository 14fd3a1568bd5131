"""Static files: an address for each state of them, and a copy for the web server."""

import os
import re
import time
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.web import assets


@pytest.fixture
def copied(app: Flask, tmp_path: Path) -> Path:
    """Where the command has put them."""
    result = app.test_cli_runner().invoke(args=["assets", str(tmp_path)])
    assert result.exit_code == 0, result.output
    return tmp_path


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_the_pages_of_errors_that_are_answered_before_us_are_beside_them(copied: Path):
    page = (copied / "errors" / "414.html").read_text()
    assert "This address is too long." in page
    assert "Cette adresse est trop longue." in page
    for address in re.findall(r'href="(/[^"]+css)"', page):
        assert (copied / address[1:]).is_file()
    assert "csrf" not in page, "it is the same for all"


def test_the_version_changes_with_any_file_and_with_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    versions = [assets.url_path()]
    for name, text in (("a.js", "1"), ("a.js", "2"), ("b.js", "2")):
        (tmp_path / name).write_text(text)
        versions.append(assets.url_path())
    (tmp_path / "a.js").rename(tmp_path / "c.js")
    versions.append(assets.url_path())
    assert len(set(versions)) == len(versions)
    (tmp_path / "c.js").touch()
    assert assets.url_path() == versions[-1]


def test_a_static_file_is_kept_for_good(client: FlaskClient):
    page = client.get("/marketplace").get_data(as_text=True)
    addresses = re.findall(r'(?:href|src)="(/(?:bootstrap/)?static/[^"#]+)', page)
    assert addresses
    for address in addresses:
        answer = client.get(address, buffered=True)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        again = client.get(
            address, headers={"If-None-Match": answer.headers["ETag"]}, buffered=True
        )
        assert again.status_code == 304
        assert again.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_what_is_not_there_is_not_kept(app: Flask, client: FlaskClient):
    answer = client.get(f"{app.static_url_path}/no-such-file.js")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("Cache-Control", "")
    assert client.get("/static/js/site.js").status_code == 404, "an address without a version"


def test_pages_are_not_kept(client: FlaskClient):
    assert "immutable" not in client.get("/login").headers["Cache-Control"]


def test_a_copied_file_lies_where_its_address_says(app: Flask, copied: Path):
    ours = copied / (app.static_url_path or "")[1:]
    assert files_below(ours) == files_below(assets.FOLDER)
    bootstrap = app.blueprints["bootstrap"]
    theirs = copied / (bootstrap.static_url_path or "")[1:]
    assert files_below(theirs) == files_below(Path(bootstrap.static_folder or ""))


def test_the_web_server_may_read_them_whatever_the_service_keeps_to_itself(
    app: Flask, tmp_path: Path
):
    umask = os.umask(0o077)
    try:
        app.test_cli_runner().invoke(args=["assets", str(tmp_path / "new")])
    finally:
        assert os.umask(umask) == 0o077
    for path in (tmp_path / "new").rglob("*"):
        assert path.stat().st_mode & (0o555 if path.is_dir() else 0o444) in (0o555, 0o444), path


def test_copying_again_changes_nothing_and_mends_what_was_interrupted(app: Flask, copied: Path):
    before = files_below(copied)
    version = next((copied / "static").iterdir())
    version.rename(version.with_suffix(".part"))
    assert app.test_cli_runner().invoke(args=["assets", str(copied)]).exit_code == 0
    assert files_below(copied) == before


def test_versions_stay_for_pages_that_were_loaded_before(app: Flask, copied: Path):
    for name, age_in_days in (("lately", 29), ("long-ago", 31)):
        version = copied / "static" / name
        version.mkdir()
        then = time.time() - age_in_days * 24 * 3600
        os.utime(version, (then, then))
    assert app.test_cli_runner().invoke(args=["assets", str(copied)]).exit_code == 0
    left = {path.name for path in (copied / "static").iterdir()}
    assert left == {"lately", (app.static_url_path or "").rsplit("/", 1)[1]}


def test_scripts_are_copied_without_their_comments(copied: Path):
    script = next(copied.glob("static/*/js/elements/unread-badge.js")).read_text()
    assert script.lstrip().startswith("import ")
    assert 'customElements.define("unread-badge", UnreadBadge);' in script
    for file in copied.glob("static/*/js/**/*.js"):
        assert not re.search(r"^\s*(//|/\*)", file.read_text(), re.MULTILINE), file


def test_what_is_taken_out_of_a_script_is_never_part_of_it():
    assert assets.compact('f(a);\n  /** b\n   * c */\n  g("// d"); // e\n// h\n') == (
        'f(a);\ng("// d"); // e\n'
    )
    for file in assets.SCRIPTS.rglob("*.js"):  # a text of several lines could look like comments
        lines = file.read_text().splitlines()
        assert all(line.count("`") % 2 == 0 for line in lines), file


def test_a_page_asks_at_once_for_all_its_scripts_need(client: FlaskClient):
    asked = set(re.findall(r'js/([^"]+\.js)"', client.get("/marketplace").get_data(as_text=True)))
    assert asked == {"site.js", *assets.modules_of("site.js")}
    assert "lib/api.js" in asked  # which site.js does not import itself


def test_there_is_no_script_that_no_page_loads():
    entries = {"site.js", "messages.js", "groups.js"}
    loaded = entries.union(*(assets.modules_of(entry) for entry in entries))
    assert loaded == {
        file.relative_to(assets.SCRIPTS).as_posix() for file in assets.SCRIPTS.rglob("*.js")
    }
