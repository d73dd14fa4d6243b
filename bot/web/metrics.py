"""The shop's numbers, in a registry of their own."""

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.orders.order import State

LAG_EVERY = 0.25
"""Seconds between two looks at the event loop."""

STAGE_BUCKETS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400, 259200)
LAG_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
HTTP_BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

log = structlog.get_logger(__name__)


class Depth(Protocol):
    """How much work of one kind waits."""

    @property
    def count(self) -> int:
        """Open jobs."""

    @property
    def running(self) -> int:
        """Those being worked on."""

    @property
    def oldest(self) -> float:
        """Seconds since the oldest was written down."""


class Metrics:
    """Orders by state, queue depth and age, seconds per stage, event-loop lag, requests. All times in seconds."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        made: dict[str, Any] = {"registry": self.registry}
        self.orders = Gauge("bgm_orders", "Orders by state", ["state"], **made)
        self.jobs = Gauge("bgm_jobs", "Open jobs by kind, waiting or running", ["kind", "status"], **made)
        self.oldest = Gauge("bgm_job_oldest_seconds", "Age of the oldest open job by kind", ["kind"], **made)
        self.stage = Histogram(
            "bgm_stage_seconds", "How long orders stayed in a state", ["state"], buckets=STAGE_BUCKETS, **made
        )
        self.lag = Histogram("bgm_event_loop_lag_seconds", "Lateness of the event loop", buckets=LAG_BUCKETS, **made)
        self.requests = Counter("bgm_http_requests", "Requests answered", ["method", "route", "status"], **made)
        self.answering = Histogram(
            "bgm_http_request_seconds", "Time to answer a request", ["route"], buckets=HTTP_BUCKETS, **made
        )

    def show(self, states: Mapping[State, int], depth: Mapping[str, Depth]) -> None:
        """Set the gauges to how things stand now."""
        for state in State:
            self.orders.labels(state.value).set(states.get(state, 0))
        self.jobs.clear()
        self.oldest.clear()
        for kind, waiting in depth.items():
            self.jobs.labels(kind, "waiting").set(waiting.count - waiting.running)
            self.jobs.labels(kind, "running").set(waiting.running)
            self.oldest.labels(kind).set(waiting.oldest)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)

    async def watch_loop(self) -> None:
        """Measure how late the event loop is until cancelled."""
        while True:
            asked = time.monotonic()
            await asyncio.sleep(LAG_EVERY)
            self.lag.observe(max(0.0, time.monotonic() - asked - LAG_EVERY))


class Bell(Protocol):
    """Wakes whoever waits for orders to change."""

    count: int

    async def wait(self, seen: int, timeout: float | None = None) -> int:
        """Return the count once it is beyond ``seen``, or after ``timeout`` seconds."""
        ...


class History(Protocol):
    """The journal of all orders."""

    @property
    def changed(self) -> Bell:
        """The wake-ups."""
        ...

    async def heard_since(self, moment: datetime) -> Sequence[Any]:
        """Return the events since a moment: ``id``, ``order``, ``at``, ``before``, ``after``."""
        ...


class StageClock:
    """Reads from the journal how long orders stay in each state. Orders that were under way before are not timed."""

    def __init__(self, metrics: Metrics, history: History, started: datetime) -> None:
        self._metrics = metrics
        self._history = history
        self._read_to = started
        self._last_event = 0
        self._entered: dict[str, tuple[State, datetime]] = {}

    async def run(self, pause: float = 1.0) -> None:
        """Read on whenever something was written (at most once in ``pause`` seconds), until cancelled."""
        while True:
            seen = self._history.changed.count
            with contextlib.suppress(OSError):
                await self.read()
            await asyncio.sleep(pause)
            await self._history.changed.wait(seen)

    async def read(self) -> None:
        """Take in what the journal says since the last reading."""
        for event in await self._history.heard_since(self._read_to):
            if event.id <= self._last_event:
                continue
            self._last_event, self._read_to = event.id, event.at
            if event.after is not None and event.before is not event.after:
                self._moved(event.order, event.before, event.after, event.at)

    def _moved(self, order: str, before: State | None, after: State, at: datetime) -> None:
        entered = self._entered.pop(order, None)
        if entered is not None and entered[0] is before:
            self._metrics.stage.labels(before.value).observe((at - entered[1]).total_seconds())
        if not after.ended:
            self._entered[order] = (after, at)
