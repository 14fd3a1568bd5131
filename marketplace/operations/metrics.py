"""``/metrics``: figures for Prometheus, over all worker processes.

Each process counts in a file of its own below the instance folder; who is asked adds them up.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from time import monotonic

from flask import Flask, Response, current_app, request
from prometheus_client import CollectorRegistry, Counter, Histogram, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from config import ConfigError
from marketplace.operations.clients import client_ip
from marketplace.operations.process_number import ProcessNumber
from marketplace.storage.database import retried, utcnow
from marketplace.texts.errors import NotFoundError

POLL, NOT_MODIFIED = "messaging.poll", 304
TELL_SECONDS = 0.01
# What a request is for. All other routes go by their blueprint's name.
KINDS = {
    POLL: "poll",
    "messaging.send": "send",
    "conversations.send": "send",
    "messaging.contact": "contact",
    "accounts.login": "sign-in",
    "accounts.register": "registration",
    "accounts.registered": "registration",
    "accounts.verify": "registration",
    "accounts.reset": "reset",
    "catalogue.photo": "photo",
}
NO_ROUTE = "none"
DELIVERY_BUCKETS_SECONDS = (0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60)


class Figures:
    """What this process has counted."""

    def __init__(self, folder: Path, count_active: Callable[[], int]) -> None:
        self._folder = folder
        self._count_active = count_active
        folder.mkdir(parents=True, exist_ok=True)
        self._values = values.MultiProcessValue(ProcessNumber(folder))  # type: ignore[no-untyped-call]
        self._claim_new_values()
        self._requests = Counter(
            "marketplace_requests",
            "Requests answered, by what they were for and status.",
            ("kind", "status"),
            registry=None,
        )
        self._retries = Counter(
            "marketplace_retries",
            "Units of work repeated, by the database's error code.",
            ("code",),
            registry=None,
        )
        self._delivery = Histogram(
            "marketplace_delivery_seconds",
            "From storing a message to the poll of another person that brings it.",
            buckets=DELIVERY_BUCKETS_SECONDS,
            registry=None,
        )
        self._bound: dict[tuple[str | None, int], Counter] = {}
        self._idle_polls, self._told_at = 0, monotonic()
        self._lock = threading.Lock()

    def count_request(self, response: Response) -> Response:
        """Flask's hook: count an answer of the application."""
        self.count(request.endpoint, response.status_code)
        return response

    def count_idle_poll(self) -> None:
        """One more of what almost all requests are. To write down each was a tenth of its work, so
        that it is done a hundred times a second at most; what came since then is written with the
        next one, or when this process is asked for the figures."""
        with self._lock:
            self._idle_polls += 1
        if monotonic() - self._told_at >= TELL_SECONDS:
            self._tell_idle_polls()

    def count(self, endpoint: str | None, status: int, number: int = 1) -> None:
        """More answers of a kind, for which labels are looked up once."""
        counter = self._bound.get((endpoint, status))
        if counter is None:
            self._claim_new_values()
            counter = self._requests.labels(_kind(endpoint), status)
            self._bound[endpoint, status] = counter
        counter.inc(number)

    def count_retry(self, code: int | None) -> None:
        """A unit of work was lost to a conflict and is tried again."""
        self._claim_new_values()
        self._retries.labels(code).inc()

    def note_delivered(self, stored_at: Iterable[datetime]) -> None:
        """Messages have just reached a reader."""
        now = utcnow()
        for moment in stored_at:
            self._delivery.observe((now - moment).total_seconds())

    def of_all_processes(self) -> CollectorRegistry:
        """Everybody's figures, added up."""
        self._tell_idle_polls()
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(self._folder))  # type: ignore[no-untyped-call]
        registry.register(_ActivePeople(self._count_active))
        return registry

    def _tell_idle_polls(self) -> None:
        with self._lock:
            number, self._idle_polls = self._idle_polls, 0
            self._told_at = monotonic()
        if number:
            self.count(POLL, NOT_MODIFIED, number)

    def _claim_new_values(self) -> None:
        """The library has one place for both in a process, and tests have several applications."""
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(self._folder)
        values.ValueClass = self._values


def init_app(app: Flask, count_active: Callable[[], int]) -> None:
    """Count from here on.

    :param count_active: how many people are about; asked when somebody asks for the figures.
    :raises ConfigError: when the files cannot be written.
    """
    try:
        figures = Figures(Path(app.instance_path) / "metrics", count_active)
    except OSError as error:
        raise ConfigError(
            f"INSTANCE_PATH: '{app.instance_path}' cannot be written ({error.strerror})."
        ) from None
    app.extensions["figures"] = figures
    app.after_request(figures.count_request)
    app.add_url_rule("/metrics", view_func=show, endpoint="metrics")
    retried.connect(_count_retry)


def show() -> Response:
    """The figures, for who asks from this machine; to all others there is nothing here."""
    if not _is_asked_from_here():
        raise NotFoundError
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    figures = encode(current_figures().of_all_processes())
    return Response(figures, content_type=content_type)


def current_figures() -> Figures:
    """The running application's."""
    figures: Figures = current_app.extensions["figures"]
    return figures


class _ActivePeople(Collector):
    def __init__(self, count: Callable[[], int]) -> None:
        self._count = count

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Nothing while the database is away: the other figures are wanted most then."""
        try:
            active = self._count()
        except SQLAlchemyError:
            return
        yield GaugeMetricFamily(
            "marketplace_active_people", "People seen in the last five minutes.", active
        )


def _count_retry(_verb: str, code: int | None) -> None:
    current_figures().count_retry(code)


def _kind(endpoint: str | None) -> str:
    if endpoint is None:
        return NO_ROUTE
    blueprint, _, name = endpoint.rpartition(".")
    return KINDS.get(endpoint, blueprint or name)


def _is_asked_from_here() -> bool:
    """By a program on this machine that needed no proxy to come here."""
    return client_ip().is_loopback and "X-Forwarded-For" not in request.headers
