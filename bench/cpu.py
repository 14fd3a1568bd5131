"""What the operating system knows about a server: its processors' time and its memory.

Throughput says how busy the rest of the machine was; the time that a request really ran does not.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

PROC = Path("/proc")
GROUP_FIELD = 2  # in what follows the name in /proc/<pid>/stat, which may hold anything
USER_FIELD, SYSTEM_FIELD = 11, 12
NANOSECONDS = 1_000_000_000


def group(pgid: int) -> list[int]:
    """The processes of a group: who was started with a session of its own, and its children."""
    return [pid for pid, fields in _all_processes() if int(fields[GROUP_FIELD]) == pgid]


def nanoseconds(pids: Iterable[int]) -> int:
    """How long these have run so far, in user and kernel mode, all threads together."""
    return sum(_ran(pid) for pid in pids)


def proportional_memory(pids: Iterable[int]) -> int:
    """Bytes in memory (PSS): a page that several share counts for each in part."""
    return sum(_pss(pid) for pid in pids)


def _ran(pid: int) -> int:
    """By the scheduler's exact clock; where the kernel keeps none, by ticks of 10 ms."""
    try:
        tasks = [task.read_text() for task in (PROC / str(pid) / "task").glob("*/schedstat")]
    except OSError:
        tasks = []
    if tasks:
        return sum(int(task.split()[0]) for task in tasks)
    fields = _fields((PROC / str(pid) / "stat").read_text())
    ticks = int(fields[USER_FIELD]) + int(fields[SYSTEM_FIELD])
    return ticks * NANOSECONDS // os.sysconf("SC_CLK_TCK")


def _pss(pid: int) -> int:
    for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"the kernel does not tell the memory of {pid}")


def _all_processes() -> Iterator[tuple[int, list[str]]]:
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                yield int(entry.name), _fields((entry / "stat").read_text())
            except OSError:  # it has ended meanwhile
                continue


def _fields(stat: str) -> list[str]:
    return stat.rpartition(")")[2].split()
