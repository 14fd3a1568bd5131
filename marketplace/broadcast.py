"""THE HOOK: what happened, told after it is stored, to whoever listens.

A WebSocket gateway, push or statistics subscribe here; the verbs that publish know none of
them. An event carries ids only: who hears it reads the rest from the database, so that it
always sees what is stored. An event is a hint to look sooner and never the message itself:
one that is lost costs nothing, because the next poll has it.

Listeners run on a thread of their own, one event after the other. One that raises is logged;
one that hangs delays other listeners and nobody else. When too many wait, new events are
dropped.
"""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from blinker import Namespace

from marketplace.storage.database import after_commit

QUEUE_LIMIT = 10_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """Something that happened in a conversation and is stored."""

    conversation_id: int


@dataclass(frozen=True)
class MessageSent(Event):
    """A new message stands at ``seq``."""

    seq: int
    sender_id: int


@dataclass(frozen=True)
class ConversationRead(Event):
    """``user_id`` has read up to and including ``read_seq``."""

    user_id: int
    read_seq: int


@dataclass(frozen=True)
class Typing(Event):
    """``user_id`` is writing, and for some seconds more."""

    user_id: int


@dataclass(frozen=True)
class ParticipantsChanged(Event):
    """Somebody was asked, came, went or got another role, or there is another title."""


E_ = TypeVar("E_", bound=Event)

_signals = Namespace()
_queue: "queue.Queue[Event]" = queue.Queue(QUEUE_LIMIT)
_start_lock = threading.Lock()
_thread: threading.Thread | None = None


def subscribe(kind: type[E_], listener: Callable[[E_], Any]) -> None:
    """Have ``listener(event)`` called for every event of this kind."""
    _signals.signal(kind.__name__).connect(listener, weak=False)


def unsubscribe(kind: type[E_], listener: Callable[[E_], Any]) -> None:
    """Stop calling ``listener``."""
    _signals.signal(kind.__name__).disconnect(listener)


def publish(event: Event) -> None:
    """Tell it when the running unit of work is stored. Free when nobody listens."""
    if _signals.signal(type(event).__name__).receivers:
        after_commit(partial(_enqueue, event))


def drain() -> None:
    """Wait until every event so far was told (for tests and an orderly stop)."""
    _queue.join()


def _enqueue(event: Event) -> None:
    try:
        _queue.put_nowait(event)
    except queue.Full:
        logger.warning("broadcast queue is full; dropped %s", type(event).__name__)
        return
    _ensure_thread()


def _ensure_thread() -> None:
    """Start the thread with the first event: a process that forked has none of its own."""
    global _thread  # noqa: PLW0603 - one thread a process is the point
    with _start_lock:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_tell_all, name="broadcast", daemon=True)
            _thread.start()


def _tell_all() -> None:
    while True:
        event = _queue.get()
        for receiver in list(_signals.signal(type(event).__name__).receivers_for(None)):
            try:
                receiver(event)
            except Exception:
                logger.exception("a listener failed on %s", type(event).__name__)
        _queue.task_done()
