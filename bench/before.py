"""``python -m bench.before COMMIT``: what a pair's requests cost now, and at a commit before.

Both run in turn (A B B A …), each in one process on a database of its own, and what is compared is
the processor time of the same round: what else the machine does meets both. The checkout of the
commit is made in a temporary folder and uses this one's packages.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import databases
from bench.databases import Databases
from bench.servers import ROOT

COST = Path(__file__).with_name("pair_cost.py")


class Tree:
    """A checkout's process, which waits to be asked for a round."""

    def __init__(self, root: Path, database: Databases, folder: Path) -> None:
        folder.mkdir()
        self._process = subprocess.Popen(
            [sys.executable, str(COST), database.create(), str(folder)],
            cwd=root,
            env=os.environ | {"PYTHONPATH": str(root)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._line()  # "ready"

    def round(self) -> dict[str, float]:
        """Microseconds, by what was asked for."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        found: dict[str, float] = json.loads(self._line())
        return found

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("One of the two has ended; what it said stands above.")
        return line


def main() -> None:
    """A line for each kind of request: both medians, and the ratios of the rounds."""
    parser = argparse.ArgumentParser("python -m bench.before", description=__doc__)
    parser.add_argument("commit", help="anything that git takes for one, such as HEAD~1")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--database", choices=(*databases.NAMES, "both"), default="both")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as text:
        before = Path(text) / "before"
        _git("worktree", "add", "--detach", str(before), options.commit)
        try:
            for name in databases.NAMES if options.database == "both" else (options.database,):
                _compare(name, before, Path(text), options.rounds)
        finally:
            _git("worktree", "remove", "--force", str(before))


def _compare(name: str, before: Path, folder: Path, rounds: int) -> None:
    (folder / name).mkdir()
    with ExitStack() as stack:
        database = stack.enter_context(databases.opened(name, folder / name))
        trees = [
            Tree(root, database, folder / f"{name}-{number}")
            for number, root in enumerate((before, ROOT))
        ]
        for tree in trees:
            stack.callback(tree.close)
        figures: list[list[dict[str, float]]] = [[], []]
        for number in range(rounds + 1):
            for each in (0, 1) if number % 2 else (1, 0):
                figures[each].append(trees[each].round())
    _print(name, *(each[1:] for each in figures))  # the first is to get warm


def _print(name: str, before: list[dict[str, float]], now: list[dict[str, float]]) -> None:
    for what in now[0]:
        pairs = [(old[what], new[what]) for old, new in zip(before, now, strict=True)]
        ratios = [new / old for old, new in pairs]
        old, new = (statistics.median(each) for each in zip(*pairs, strict=True))
        smallest = min(new for _, new in pairs) / min(old for old, _ in pairs)
        print(
            f"{name:8} {what:14} {old:8.1f} us before {new:8.1f} now"
            f"   median ratio {statistics.median(ratios):.3f}   of the smallest {smallest:.3f}"
        )


def _git(*arguments: Any) -> None:
    subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True)


if __name__ == "__main__":
    main()
