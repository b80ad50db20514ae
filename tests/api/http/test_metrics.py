"""`/metrics` tells how the sources, the queue and resolution stand, and nothing of anybody."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from prometheus_client.parser import text_string_to_metric_families

from daifuku.records import Receipt, RunState, StreamPhase, StreamRun
from daifuku.storage.repositories import jobs, runs, sources, stream_runs
from daifuku.storage.repositories.sources import SourceRow
from sync.runs.cleaning import RUNS_KEPT, clean_runs
from tests.api.http.conftest import Api

NOW = datetime.now(UTC)


@pytest.fixture
def figures(api: Api) -> dict[tuple[str, ...], float]:
    """What a scrape finds: (name, values of the labels in the order of their names) -> value."""
    row = SourceRow(id="shop", connector="file", config={}, next_run_at=NOW - timedelta(minutes=5))
    with api.store.write() as tx:
        sources.add(tx, row, at=NOW)
        jobs.enqueue(tx, "sync", {"source": "shop"}, now=NOW, due_at=NOW - timedelta(minutes=2))
    return scraped(api)


def scraped(api: Api) -> dict[tuple[str, ...], float]:
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


def counters(api: Api) -> dict[tuple[str, ...], float]:
    return {name: value for name, value in scraped(api).items() if name[0].endswith("_total")}


def test_counters_never_fall(api: Api) -> None:
    """Not when a run that goes on ends, nor when old runs are forgotten."""
    long_ago = NOW - RUNS_KEPT - timedelta(days=1)
    seen = [counters(api)]
    for began in (long_ago, long_ago, NOW):
        with api.store.write() as tx:
            run = runs.begin(tx, "shop", now=began, lease_until=NOW + timedelta(hours=1))
            runs.count(tx, run, Receipt(fetched=3, new=3), NOW + timedelta(hours=1))
        seen.append(counters(api))
        with api.store.write() as tx:
            runs.finish(tx, run, RunState.SUCCEEDED, at=began)
        seen.append(counters(api))
        clean_runs(api.store, NOW)
        seen.append(counters(api))
    for before, after in pairwise(seen):
        assert {name for name in before if after.get(name, -1.0) < before[name]} == set()
    assert seen[-1]["daifuku_runs_total", "shop", "succeeded"] == 3
    assert seen[-1]["daifuku_records_total", "fetched", "shop"] == 9


def test_the_lag_is_that_of_what_was_read(api: Api, figures: dict[tuple[str, ...], float]) -> None:
    """A delivery says nothing of what did not come by one."""
    assert ("daifuku_source_last_success_age_seconds", "shop") not in figures
    with api.store.write() as tx:
        for minutes, state in ((60, StreamPhase.COMPLETE), (1, StreamPhase.DELIVERED)):
            run = runs.record(tx, "shop", NOW - timedelta(minutes=minutes))
            stream_runs.begin(tx, run, [StreamRun(stream="orders", state=state)])
    assert scraped(api)["daifuku_source_last_success_age_seconds", "shop"] >= 3600


def test_figures_take_a_key(api: Api) -> None:
    assert api.anonymous.get("/metrics").status_code == 401
