"""Old runs are forgotten, their logs long before them."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from daifuku.records import LogLine, StreamPhase, StreamRun
from daifuku.storage.engine import Store
from daifuku.storage.repositories import run_log, runs, stream_runs
from daifuku.storage.tables import stream_run
from sync.runs.cleaning import LOGS_KEPT, RUNS_KEPT, clean_runs

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


def ended(store: Store, source: str, at: datetime) -> int:
    """A run with a line and a stream."""
    with store.write() as tx:
        run = runs.record(tx, source, at)
        stream_runs.begin(tx, run, [StreamRun(stream="a", state=StreamPhase.COMPLETE)])
        run_log.append(tx, run, [LogLine(at, "info", "It began.")])
    return run


def test_logs_go_first_and_runs_with_their_streams_later(store: Store) -> None:
    old = ended(store, "shop", NOON - RUNS_KEPT - timedelta(days=1))
    quiet = ended(store, "shop", NOON - LOGS_KEPT - timedelta(days=1))
    fresh = ended(store, "shop", NOON)

    clean_runs(store, NOON)

    with store.read() as tx:
        assert [run.id for run in runs.latest(tx)] == [fresh, quiet]
        lines = {run: len(run_log.of_run(tx, run)) for run in (old, quiet, fresh)}
        assert tx.execute(select(func.count()).select_from(stream_run)).scalar_one() == 2
    assert lines == {old: 0, quiet: 0, fresh: 1}


def test_a_run_that_goes_on_is_not_forgotten(store: Store) -> None:
    long_ago = NOON - RUNS_KEPT - timedelta(days=1)
    with store.write() as tx:
        run = runs.begin(tx, "shop", now=long_ago, lease_until=NOON)

    clean_runs(store, NOON)

    with store.read() as tx:
        assert runs.get(tx, run).source == "shop"
