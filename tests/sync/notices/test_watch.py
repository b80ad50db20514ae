"""People are told once when a source needs them, and once when it is well again."""

from datetime import UTC, datetime, timedelta

import pytest

from daifuku.records import RunState, StreamPhase, StreamRun
from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs, notices, runs, sources, stream_runs
from daifuku.storage.repositories.notices import IncidentKind
from daifuku.storage.repositories.sources import SourceRow
from sync.notices.targets import add_target
from sync.notices.watch import PATIENCE, find_stale, run_ended
from tests.support.scripted import BOX

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def shop(store: Store) -> None:
    """A source read every hour, and two people who are told of it."""
    row = SourceRow(id="shop", connector="file", config={}, interval_seconds=3600)
    with store.write() as tx:
        sources.add(tx, row, at=NOW)
        add_target(tx, BOX, "ops", "ops@example.jp", language="ja")
        add_target(tx, BOX, "chat", "https://hooks.example.com/abc")


def end_run(
    store: Store, state: RunState, error_kind: str | None = None, at: datetime = NOW
) -> None:
    with store.write() as tx:
        run_id = runs.begin(tx, "shop", now=at, lease_until=at + HOUR)
        error = f"It failed: {error_kind}." if error_kind else None
        runs.finish(tx, run_id, state, at=at, error=error, error_kind=error_kind)
        run_ended(tx, runs.get(tx, run_id), at)


def told(store: Store) -> list[tuple[str, str, bool]]:
    """(target, kind of incident, whether it is over) of each notice that is queued."""
    with store.read() as tx:
        queued = [job.args for job in jobs.in_states(tx, jobs.QUEUED) if job.kind == "notice"]
        return sorted(
            (
                args["target"],
                str(notices.get_incident(tx, args["incident"]).kind),
                args["over"],
            )
            for args in queued
        )


def test_settings_that_do_not_fit_are_told_at_once_and_once(store: Store) -> None:
    for _ in range(3):
        end_run(store, RunState.FAILED, "config")
    assert told(store) == [("chat", "failed", False), ("ops", "failed", False)]


def test_what_usually_passes_is_told_when_it_does_not(store: Store) -> None:
    for _ in range(PATIENCE - 1):
        end_run(store, RunState.FAILED, "transient")
    assert told(store) == []
    end_run(store, RunState.FAILED, "transient")
    assert ("ops", "failed", False) in told(store)


def deliver(store: Store, at: datetime = NOW) -> None:
    """Land a delivery."""
    with store.write() as tx:
        run = runs.record(tx, "shop", at)
        stream_runs.begin(tx, run, [StreamRun(stream="orders", state=StreamPhase.DELIVERED)])


def test_deliveries_hide_neither_runs_that_fail_nor_a_source_that_is_stale(store: Store) -> None:
    """They come while nothing is read, and what they missed stays missed."""
    for n in range(PATIENCE):
        end_run(store, RunState.FAILED, "transient")
        deliver(store, NOW + n * HOUR)
    assert ("ops", "failed", False) in told(store)
    deliver(store, NOW + 4 * HOUR)
    assert find_stale(store, NOW + 4 * HOUR) == 1


def test_a_recovery_is_told_to_those_who_heard_of_the_failure(store: Store) -> None:
    end_run(store, RunState.FAILED, "config")
    end_run(store, RunState.SUCCEEDED, at=NOW + HOUR)
    assert ("ops", "failed", True) in told(store)
    with store.read() as tx:
        assert notices.incidents(tx, lasting=True) == []


def test_a_run_that_succeeds_or_was_cancelled_tells_nobody(store: Store) -> None:
    end_run(store, RunState.SUCCEEDED)
    end_run(store, RunState.CANCELLED)
    assert told(store) == []


def test_a_source_goes_stale_when_it_misses_its_times_twice(store: Store) -> None:
    end_run(store, RunState.SUCCEEDED)
    assert find_stale(store, NOW + 2 * HOUR) == 0
    assert find_stale(store, NOW + 3 * HOUR) == 1
    assert find_stale(store, NOW + 4 * HOUR) == 0
    assert told(store) == [("chat", "stale", False), ("ops", "stale", False)]
    end_run(store, RunState.SUCCEEDED, at=NOW + 5 * HOUR)
    assert ("ops", "stale", True) in told(store)


def test_a_source_that_was_never_read_goes_stale_too(store: Store) -> None:
    assert find_stale(store, NOW + 3 * HOUR) == 1


def test_a_paused_source_waits_without_alarm(store: Store) -> None:
    with store.write() as tx:
        sources.pause(tx, "shop", "by hand", NOW)
    assert find_stale(store, NOW + 9 * HOUR) == 0


def test_one_incident_of_a_kind_lasts_at_a_time(store: Store) -> None:
    with store.write() as tx:
        first = notices.open_incident(tx, "shop", IncidentKind.STALE, message="", at=NOW)
        assert notices.open_incident(tx, "shop", IncidentKind.STALE, message="", at=NOW) is None
        assert [one.id for one in notices.close_incidents(tx, "shop", NOW)] == [first]
        assert notices.open_incident(tx, "shop", IncidentKind.STALE, message="", at=NOW)
