"""What Prometheus scrapes: lag, queue age, failures and throughput of the whole installation.

Everything is read from the store, so that one address tells of all processes on all machines.
Names follow https://prometheus.io/docs/practices/naming/; labels carry the names of sources and
kinds, never anything of a record.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

import daifuku
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories import figures
from daifuku.storage.repositories.figures import SourceFigures, Waiting

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition(store: Store) -> bytes:
    """The figures of this moment in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    with store.read() as tx:
        registry.register(_StoreCollector(tx, datetime.now(UTC)))
        return bytes(generate_latest(registry))


class _StoreCollector(Collector):
    """Reads the figures within one transaction, so that they belong together."""

    def __init__(self, tx: Transaction, now: datetime) -> None:
        self._tx = tx
        self._now = now

    def collect(self) -> Iterator[Metric]:
        tx, now = self._tx, self._now
        yield _gauge(
            "build_info", "The version that answers.", {(daifuku.__version__,): 1}, "version"
        )
        yield from _of_sources(figures.by_source(tx), now)
        yield from _of_runs(tx)
        yield from _of_jobs(tx, now)
        yield from _of_records(tx, now)


def _of_sources(sources: list[SourceFigures], now: datetime) -> Iterator[Metric]:
    yield _gauge(
        "source_paused",
        "1 where the source waits for its owner.",
        {(one.id, one.connector): int(one.paused) for one in sources},
        "source",
        "connector",
    )
    yield _gauge(
        "source_last_success_age_seconds",
        "Time since the source was last read whole: the lag of what the hub knows.",
        {(one.id,): _age(one.last_success_at, now) for one in sources if one.last_success_at},
        "source",
    )
    yield _gauge(
        "source_last_run_age_seconds",
        "Time since the last run of the source ended, however it did.",
        {(one.id,): _age(one.last_run_at, now) for one in sources if one.last_run_at},
        "source",
    )
    yield _gauge(
        "source_overdue_seconds",
        "How long the scheduled run of a source that is not paused is late.",
        {
            (one.id,): max(0.0, _age(one.next_run_at, now))
            for one in sources
            if one.next_run_at and not one.paused
        },
        "source",
    )


def _of_runs(tx: Transaction) -> Iterator[Metric]:
    yield _counter("runs", "Runs by how they ended.", figures.runs_by_state(tx), "source", "state")
    yield _counter(
        "records",
        "Source records by what became of them, as in the receipts of the runs.",
        {
            (source, outcome): count
            for source, counts in figures.receipts(tx).items()
            for outcome, count in counts.items()
        },
        "source",
        "outcome",
    )
    yield _gauge(
        "rejected_records",
        "Source records that cannot be read or mapped as they are now.",
        {(source,): count for source, count in figures.rejected_by_source(tx).items()},
        "source",
    )


def _of_jobs(tx: Transaction, now: datetime) -> Iterator[Metric]:
    yield _gauge("jobs", "Jobs by kind and state.", figures.jobs_by_state(tx), "kind", "state")
    yield from _waiting(
        "due_jobs", "jobs that no worker took", "kind", figures.due_jobs(tx, now), now
    )
    yield from _waiting(
        "waiting_deliveries",
        "deliveries that are not landed",
        "source",
        figures.waiting_deliveries(tx),
        now,
    )


def _of_records(tx: Transaction, now: datetime) -> Iterator[Metric]:
    del now
    pending = {(): figures.pending_records(tx)}
    yield _gauge("pending_records", "Mapped records that await resolution.", pending)
    reviews = {(kind,): count for kind, count in figures.open_reviews(tx).items()}
    yield _gauge("open_review_tasks", "Review tasks that await a steward.", reviews, "kind")
    events = {(): figures.last_event(tx)}
    yield _counter("change_events", "Events of the change feed.", events)


def _waiting(
    name: str, what: str, label: str, found: Mapping[str, Waiting], now: datetime
) -> Iterator[Metric]:
    counts = {(key,): waiting.count for key, waiting in found.items()}
    ages = {(key,): _age(waiting.since, now) for key, waiting in found.items()}
    yield _gauge(name, f"Number of {what}.", counts, label)
    yield _gauge(f"{name}_oldest_age_seconds", f"Age of the oldest of the {what}.", ages, label)


def _gauge(name: str, text: str, values: Mapping[Any, float], *labels: str) -> Metric:
    family = GaugeMetricFamily(f"daifuku_{name}", text, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family


def _counter(name: str, text: str, values: Mapping[Any, float], *labels: str) -> Metric:
    family = CounterMetricFamily(f"daifuku_{name}", text, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family


def _age(moment: datetime | None, now: datetime) -> float:
    return (now - moment).total_seconds() if moment else 0.0
