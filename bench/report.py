"""What was found, as a table for people and JSON for programs."""

import json
import os
import platform
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.rounds import Cost


@dataclass(frozen=True)
class Spread:
    """Several rounds of the same."""

    minimum: float
    median: float
    maximum: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Of what the rounds gave."""
        return cls(min(values), statistics.median(values), max(values))

    def __str__(self) -> str:
        return f"{self.minimum:>9.2f} {self.median:>9.2f} {self.maximum:>9.2f}"


@dataclass(frozen=True)
class Goal:
    """What issue and documentation promise of the median."""

    at_least: float | None = None
    at_most: float | None = None

    def is_met(self, value: float) -> bool:
        """Whether this is good enough."""
        enough = self.at_least is None or value >= self.at_least
        return enough and (self.at_most is None or value <= self.at_most)

    def __str__(self) -> str:
        return f"≥ {self.at_least:g}" if self.at_most is None else f"≤ {self.at_most:g}"


@dataclass(frozen=True)
class Row:
    """One line: what, on which database, in which unit."""

    measure: str
    database: str
    what: str
    unit: str
    value: Spread
    goal: Goal | None = None

    def __str__(self) -> str:
        verdict = ""
        if self.goal:
            verdict = f"{self.goal} {'met' if self.goal.is_met(self.value.median) else 'MISSED'}"
        name = f"{self.measure:<8} {self.database:<8} {self.what:<44}"
        return f"{name} {self.value} {self.unit:<6} {verdict}".rstrip()


@dataclass
class Report:
    """All rows, printed as they come."""

    settings: Mapping[str, Any]
    rows: list[Row] = field(default_factory=list)

    def add(
        self,
        measure: str,
        database: str,
        what: str,
        unit: str,
        values: Sequence[float],
        *,
        goal: Goal | None = None,
    ) -> None:
        """One figure, of as many rounds as there are values."""
        row = Row(measure, database, what, unit, Spread.of(values), goal)
        self.rows.append(row)
        print(row, flush=True)

    def add_costs(self, measure: str, database: str, costs: Mapping[str, Cost]) -> None:
        """What each candidate's requests cost."""
        for name, cost in costs.items():
            self.add(measure, database, name, "us", cost.application)
            if any(cost.database):
                self.add(measure, database, f"{name}: in the database", "us", cost.database)

    def add_ratio(
        self,
        measure: str,
        database: str,
        costs: Mapping[str, Cost],
        names: tuple[str, str],
        *,
        goal: Goal | None = None,
    ) -> None:
        """One candidate's cost by another's, round by round, where both were measured."""
        above, below = names
        if above in costs and below in costs:
            pairs = zip(costs[above].application, costs[below].application, strict=True)
            ratios = [one / other for one, other in pairs]
            self.add(measure, database, f"{above} / {below}", "x", ratios, goal=goal)

    def write(self, path: Path) -> None:
        """All of it as JSON."""
        content = {
            "when": datetime.now(UTC).isoformat(timespec="seconds"),
            "python": sys.version.split()[0],
            "system": platform.platform(),
            "cores": os.cpu_count(),
            "load_average": os.getloadavg(),
            "settings": dict(self.settings),
            "rows": [asdict(row) for row in self.rows],
        }
        path.write_text(json.dumps(content, indent=2, default=str) + "\n")


def print_heading() -> None:
    """What the columns are."""
    name = f"{'measure':<8} {'database':<8} {'what':<44}"
    print(f"{name} {'minimum':>9} {'median':>9} {'maximum':>9} unit   goal")
