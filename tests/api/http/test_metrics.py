"""`/metrics` tells how the sources, the queue and resolution stand, and nothing of anybody."""

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from daifuku.storage.repositories import jobs, sources
from daifuku.storage.repositories.sources import SourceRow
from tests.api.http.conftest import Api

NOW = datetime.now(UTC)


@pytest.fixture
def figures(api: Api) -> dict[tuple[str, ...], float]:
    """What a scrape finds: (name, values of the labels in the order of their names) -> value."""
    row = SourceRow(id="shop", connector="file", config={}, next_run_at=NOW - timedelta(minutes=5))
    with api.store.write() as tx:
        sources.add(tx, row, at=NOW)
        jobs.enqueue(tx, "sync", {"source": "shop"}, now=NOW, due_at=NOW - timedelta(minutes=2))
    answer = api.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_lag_and_queue_age_are_told(figures: dict[tuple[str, ...], float]) -> None:
    assert figures["daifuku_source_overdue_seconds", "shop"] >= 300
    assert figures["daifuku_due_jobs", "sync"] == 1
    assert figures["daifuku_due_jobs_oldest_age_seconds", "sync"] >= 120
    assert figures["daifuku_source_paused", "file", "shop"] == 0


@pytest.mark.usefixtures("hanako")
def test_nothing_of_a_record_is_told(api: Api, figures: dict[tuple[str, ...], float]) -> None:
    assert figures["daifuku_change_events_total",] >= 1
    said = api.client.get("/metrics").text
    assert not any(word in said for word in ("hanako", "佐藤", "1111-2222"))


def test_figures_take_a_key(api: Api) -> None:
    assert api.anonymous.get("/metrics").status_code == 401
