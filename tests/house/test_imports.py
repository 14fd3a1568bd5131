"""Where a line belongs: what may import what, read from the source."""

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import ROOT

PACKAGE = ROOT / "marketplace"

# The ground, which knows no feature. Each room may import what stands before it.
GROUND = ("texts", "storage", "operations", "web", "work", "broadcast")
# The same for features. Who comes last subscribes to broadcast.py in create_app.
FEATURES = (
    *("accounts", "catalogue", "messaging", "moderation", "notifications", "realtime", "api"),
)
SUBSCRIBERS = ("notifications", "realtime", "api")
# These put the features together, so they know all of them.
COMPOSERS = ("__init__", "cli", "demo")

# Parts of a feature that face HTTP; all others are models and verbs.
FACING_HTTP = ("views", "forms", "security", "guard", "next_page")
HTTP_NAMES = {"request", "session", "url_for", "flash", "redirect", "abort", "current_user"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def top_of(path: Path) -> str:
    """The feature or the module of the house that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def part_of(path: Path) -> str:
    """Within a feature: ``models``, ``views`` …"""
    return path.relative_to(PACKAGE).parts[1].removesuffix(".py")


def imported(path: Path) -> Iterator[tuple[str, str]]:
    """Every import, also inside functions, as (module, name)."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} imports relatively"
            for alias in node.names:
                yield node.module or "", alias.name
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, ""


def own_imports(path: Path) -> Iterator[str]:
    """What it imports from this package, as dotted paths below it."""
    for module, name in imported(path):
        dotted = f"{module}.{name}"
        if dotted.startswith("marketplace."):
            yield dotted.removeprefix("marketplace.")


def rooms_known_to(path: Path) -> set[str]:
    return {dotted.split(".")[0] for dotted in own_imports(path)}


def features_known_to(path: Path) -> set[str]:
    return {dotted.split(".")[0] for dotted in own_imports(path)} & set(FEATURES)


def in_features() -> list[Path]:
    return [path for path in modules() if top_of(path) in FEATURES]


def facing_http() -> list[Path]:
    """Pages and resources."""
    return [
        path for path in in_features() if top_of(path) in SUBSCRIBERS or part_of(path) == "views"
    ]


def models_and_verbs() -> list[Path]:
    puts_together = "__init__"  # of a feature: what create_app adds of it
    return [
        path
        for path in in_features()
        if top_of(path) not in SUBSCRIBERS and part_of(path) not in (*FACING_HTTP, puts_together)
    ]


def models() -> list[Path]:
    return [path for path in models_and_verbs() if part_of(path) == "models"]


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_point_one_way(path: Path):
    top = top_of(path)
    if top in COMPOSERS:
        return
    order = (*GROUND, *FEATURES)
    assert rooms_known_to(path) <= set(order[: order.index(top) + 1])


def test_no_two_files_need_each_other():
    """Not even in a roundabout way, nor inside functions."""
    files = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in modules()}
    files = {name.removesuffix(".__init__"): path for name, path in files.items()}
    needs = {}
    for name, path in files.items():
        whole = {(f"{module}.{part}", module) for module, part in imported(path)}
        needed = {dotted if dotted in files else module for dotted, module in whole}
        needs[name] = needed & files.keys() - {name}
    graphlib.TopologicalSorter(needs).prepare()  # raises CycleError with the files in it


def test_only_who_puts_the_house_together_has_no_room():
    loose = {path.stem for path in PACKAGE.glob("*.py")}
    assert loose == {"__init__", "cli", "broadcast"}
    assert {top_of(path) for path in modules()} <= {*GROUND, *FEATURES, *COMPOSERS}


def test_the_subscribers_do_not_know_each_other():
    for path in in_features():
        others = set(SUBSCRIBERS) - {top_of(path)}
        assert not features_known_to(path) & others, name_of(path)


@pytest.mark.parametrize("path", models_and_verbs(), ids=name_of)
def test_verbs_know_no_http(path: Path):
    web = ("flask", "flask_login", "flask_security")
    assert not {name for module, name in imported(path) if module in web} & HTTP_NAMES
    facing = {f"{feature}.{part}" for feature in FEATURES for part in FACING_HTTP}
    assert not {".".join(dotted.split(".")[:2]) for dotted in own_imports(path)} & facing


@pytest.mark.parametrize("path", models(), ids=name_of)
def test_models_know_no_verbs(path: Path):
    own = [dotted for dotted in own_imports(path) if dotted.split(".")[0] in FEATURES]
    assert all(dotted.split(".")[1] == "models" for dotted in own)


@pytest.mark.parametrize("path", facing_http(), ids=name_of)
def test_views_hold_no_query_and_no_commit(path: Path):
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    called = {ast.unparse(call.func) for call in calls}
    assert not {name for name in called if name.split(".")[-1] in ("select", "commit", "execute")}
    assert "marketplace.storage.database.db" not in {".".join(pair) for pair in imported(path)}


def test_there_is_no_junk_drawer():
    junk = {"utils", "util", "helpers", "services", "common", "misc"}
    assert not [name_of(path) for path in modules() if path.stem in junk]
