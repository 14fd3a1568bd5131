"""What a run has seen, and the table of all runs."""

import itertools
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

COLUMNS = (
    *("run", "sent", "acknowledged", "lost", "twice", "gaps"),
    *("pollers", "missed", "repeated", "out of order"),
    *("troubles", "p50 ms", "p99 ms", "longest refusal ms", "other answers"),
)


@dataclass(frozen=True)
class Refusal:
    """An answer that was no success, or none at all: what was asked, and after how long."""

    asked: str
    status: int | str
    seconds: float
    retry_after: str | None


@dataclass
class Report:
    """Counted by all threads of a run. ``stored`` is what the database holds at the end."""

    sent: int = 0
    acknowledged: dict[str, int] = field(default_factory=dict)
    stored: list[tuple[int, str]] = field(default_factory=list)
    received: list[list[int]] = field(default_factory=list)
    send_seconds: list[float] = field(default_factory=list)
    acknowledged_at: list[float] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    other_answers: Counter[str] = field(default_factory=Counter)
    troubles: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def lost(self) -> int:
        """Acknowledged, and not there at the place that was told."""
        stored = {client_id: seq for seq, client_id in self.stored}
        return sum(stored.get(client_id) != seq for client_id, seq in self.acknowledged.items())

    @property
    def twice(self) -> int:
        """Stored more than once."""
        return len(self.stored) - len({client_id for _, client_id in self.stored})

    @property
    def gaps(self) -> int:
        """Places that are not 1..n, one after the other."""
        places = [seq for seq, _ in self.stored]
        return sum(place != number for number, place in enumerate(places, 1))

    @property
    def missed(self) -> list[int]:
        """Stored messages that each poller never got."""
        everything = {seq for seq, _ in self.stored}
        return [len(everything - set(places)) for places in self.received]

    @property
    def repeated(self) -> list[int]:
        """Messages that each poller got more than once."""
        return [len(places) - len(set(places)) for places in self.received]

    @property
    def out_of_order(self) -> list[int]:
        """How often each poller got a lower place after a higher one."""
        return [
            sum(later < earlier for earlier, later in itertools.pairwise(places))
            for places in self.received
        ]

    @property
    def faults(self) -> dict[str, Any]:
        """Everything that no run may show. Empty when all is well."""
        counted = {
            "not acknowledged": self.sent - len(self.acknowledged),
            "lost": self.lost,
            "twice": self.twice,
            "gaps": self.gaps,
            "missed": sum(self.missed),
            "repeated": sum(self.repeated),
            "out of order": sum(self.out_of_order),
            "500": sum(n for what, n in self.other_answers.items() if what.endswith("500")),
        }
        return {what: number for what, number in counted.items() if number}

    def note(self, what: str) -> None:
        """Count an answer of another kind than most."""
        with self.lock:
            self.other_answers[what] += 1

    def note_refusal(self, refusal: Refusal) -> None:
        """Count it, and keep it for who looks closer."""
        self.note(f"{refusal.asked} {refusal.status}")
        self.refusals.append(refusal)

    def row(self, name: str) -> list[str]:
        """One line of the table. Pollers are told one by one when they differ."""
        ordered = sorted(self.send_seconds) or [0.0]
        p50, p99 = (f"{ordered[int(len(ordered) * part)] * 1000:.0f}" for part in (0.5, 0.99))
        longest = max((refusal.seconds for refusal in self.refusals), default=0.0)
        others = ", ".join(f"{what}: {number}" for what, number in self.other_answers.most_common())
        counts = (self.sent, len(self.acknowledged), self.lost, self.twice, self.gaps)
        seen = (self.missed, self.repeated, self.out_of_order)
        return [
            name,
            *map(str, counts),
            str(len(self.received)),
            *map(_each, seen),
            str(self.troubles),
            *(p50, p99, f"{longest * 1000:.0f}", others or "none"),
        ]


def table(rows: list[list[str]]) -> list[str]:
    """Lines for people, in Markdown, columns under each other."""
    rows = [list(COLUMNS), *rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return [lines[0], rule, *lines[1:]]


def _each(counts: list[int]) -> str:
    if not counts:
        return "-"
    return str(counts[0]) if len(set(counts)) == 1 else " ".join(map(str, counts))
