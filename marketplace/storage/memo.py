"""What a process has found out and need not find out again: so many bytes of it, for so long."""

import math
import threading
from collections import OrderedDict
from collections.abc import Hashable
from time import monotonic
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

# What an entry takes beside key and value: its place in the dictionary, its tuple and two numbers.
ENTRY_BYTES = 300
NOTHING: tuple[float, int, Any] = (0.0, 0, None)


class Memo(Generic[Key, Value]):
    """Answers by key. The oldest is forgotten first, so that to find one changes nothing and
    takes no lock."""

    def __init__(self, bytes_max: int, seconds: float = math.inf) -> None:
        """:param bytes_max: of all entries, as ``keep`` was told, with ``ENTRY_BYTES`` for each.
        :param seconds: how long an entry is found."""
        self._bytes_max = bytes_max
        self._seconds = seconds
        self._entries: OrderedDict[Key, tuple[float, int, Value]] = OrderedDict()
        self._lock = threading.Lock()
        self.bytes = 0

    def __len__(self) -> int:
        """How many there are, with those that have not been missed yet since their end."""
        return len(self._entries)

    def find(self, key: Key) -> Value | None:
        """What was kept for this, if it is still there."""
        until, _, value = self._entries.get(key, NOTHING)
        return value if until > monotonic() else None

    def keep(self, key: Key, value: Value, size: int) -> None:
        """Keep it, as the newest; ``size`` is the bytes of key and value."""
        now = monotonic()
        size += ENTRY_BYTES
        with self._lock:
            self.bytes += size - self._entries.pop(key, NOTHING)[1]
            self._entries[key] = now + self._seconds, size, value
            while self.bytes > self._bytes_max or self._oldest_until() <= now:
                self.bytes -= self._entries.popitem(last=False)[1][1]

    def _oldest_until(self) -> float:
        return next(iter(self._entries.values()), (math.inf,))[0]
