"""What no page may contain: another host's address, or script and style inside the page."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.servers import ROOT

OTHER_HOST = re.compile(r"""(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+(?:\.[a-z0-9-]+)+""", re.I)
COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->|/\*.*?\*/|^\s*//.*?$", re.S | re.M)
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)", re.I)
INLINE_STYLE = re.compile(r"<style\b|\sstyle\s*=", re.I)
INLINE_HANDLER = re.compile(r"""<[^>]*\son[a-z]+\s*=|javascript:""", re.I)


def sources(*folders: str) -> list[Path]:
    """Our own texts below these folders."""
    kinds = {".html", ".txt", ".css", ".js", ".svg", ".webmanifest"}
    files = [file for folder in folders for file in (ROOT / folder).rglob("*")]
    return sorted(file for file in files if file.suffix in kinds)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def without_comments(path: Path) -> str:
    return COMMENT.sub("", path.read_text())


@pytest.mark.parametrize("path", sources("templates", "static"), ids=name_of)
def test_no_page_and_no_script_names_another_host(path: Path):
    assert not OTHER_HOST.findall(without_comments(path))


@pytest.mark.parametrize("path", sources("templates"), ids=name_of)
def test_no_template_holds_a_script_a_style_or_a_handler(path: Path):
    text = without_comments(path)
    assert not INLINE_SCRIPT.findall(text)
    assert not INLINE_STYLE.findall(text)
    assert not INLINE_HANDLER.findall(text)


@pytest.mark.parametrize("path", sources("static/js"), ids=name_of)
def test_no_script_runs_text(path: Path):
    assert not re.findall(r"\beval\(|\bnew Function\b|document\.write\b", without_comments(path))


def test_bootstrap_is_served_from_here(app: Flask):
    assert app.config["BOOTSTRAP_SERVE_LOCAL"] is True


@pytest.mark.parametrize(
    "source",
    [
        '<script>alert("x")</script>',
        '<p style="color: red">',
        '<button onclick="go()">',
        '<a href="javascript:go()">',
    ],
)
def test_the_rules_find_what_they_forbid(source: str):
    rules = (INLINE_SCRIPT, INLINE_STYLE, INLINE_HANDLER)
    assert any(rule.search(source) for rule in rules)


@pytest.mark.parametrize(
    ("source", "is_foreign"),
    [
        ('<script src="https://cdn.example.com/x.js">', True),
        ('<img src="//cdn.example.com/x.png">', True),
        ("@import url(https://fonts.example.com/a.css)", True),
        ('<svg xmlns="http://www.w3.org/2000/svg">', False),
        ('<a href="/marketplace">', False),
    ],
)
def test_another_host_is_told_from_ours(source: str, is_foreign: bool):
    assert bool(OTHER_HOST.search(source)) is is_foreign
