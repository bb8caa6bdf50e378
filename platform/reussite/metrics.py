"""Figures for Prometheus: requests as they are served, and the outbox as it is when somebody asks.

The label `town` is a town's short name as the registry knows it, or empty: as many values as towns, never
what a visitor typed. No figure is about a person.
"""

import os
from collections import Counter as Tally
from collections.abc import Iterator
from datetime import timedelta

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from tenants import dispatcher, health, outbox, outcomes, registry, schedule

REQUESTS = Counter("reussite_requests", "Requests answered", ["town", "status"])
SECONDS = Histogram(
    "reussite_request_seconds",
    "Time of the server for one request",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10),
)
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where several processes of one server keep theirs


def count_request(*, town: str, status: int, seconds: float) -> None:
    REQUESTS.labels(town=town, status=f"{status // 100}xx").inc()
    SECONDS.observe(seconds)


class PlatformCollector:
    """What PostgreSQL and the broker say at the moment of the question."""

    def collect(self) -> Iterator[Metric]:
        names = {place.schema: place.slug for place in registry.places()}
        yield self._effects(names)
        yield _gauge("reussite_oldest_overdue_seconds", "Most overdue effect", outbox.oldest_overdue())
        yield _gauge("reussite_schedule_overdue_seconds", "Most overdue job", schedule.oldest_overdue())
        breakers = GaugeMetricFamily("reussite_breakers_open", "Jobs at rest after failures", labels=["town"])
        for schema, count in Tally(schema for schema, _, _ in dispatcher.open_breakers()).items():
            breakers.add_metric([names.get(schema, "")], count)
        yield breakers
        heart = health.heartbeat_age()
        if heart is not None:
            yield _gauge("reussite_heartbeat_age_seconds", "Since clock, broker and worker answered", heart)
        broker = GaugeMetricFamily("reussite_broker_up", "Whether the broker answers")
        broker.add_metric([], float(health.broker_answers()))
        yield broker

    def _effects(self, names: dict[str, str]) -> Metric:
        effects = GaugeMetricFamily(
            "reussite_effects",
            "Effects asked for; those done, of the last day",
            labels=["town", "kind", "state"],
        )
        tally: Tally[tuple[str, str, str]] = Tally()
        for one in outcomes.outcomes():
            for state in ("done", "waiting", "retrying", "refused", "uncertain", "dead"):
                tally[names.get(one.schema, ""), one.kind, state] += getattr(one, state)
        for labels, count in sorted(tally.items()):
            effects.add_metric(list(labels), count)
        return effects


def exposition() -> bytes:
    """All figures, in Prometheus' text format."""
    requests = REGISTRY
    if os.environ.get(SHARED_FOLDER):
        requests = CollectorRegistry()
        MultiProcessCollector(requests)  # type: ignore[no-untyped-call]
    platform = CollectorRegistry()
    platform.register(PlatformCollector())
    return generate_latest(requests) + generate_latest(platform)


def _gauge(name: str, text: str, span: timedelta) -> Metric:
    gauge = GaugeMetricFamily(name, text)
    gauge.add_metric([], span.total_seconds())
    return gauge
