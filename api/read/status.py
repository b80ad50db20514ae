"""Sources and runs as JSON, for the API and the command line alike."""

from dataclasses import asdict
from typing import Any

from daifuku.records import LogLine, StreamRun, SyncRun
from daifuku.records.runs import LANDING_COUNTERS
from daifuku.secrets import masked
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.schema_changes import SchemaChange
from daifuku.storage.repositories.sources import SourceRow
from daifuku.storage.repositories.states import StreamRow
from sync.advice import Advice, Language, advice_of_run


def source_json(row: SourceRow, last_run: SyncRun | None) -> dict[str, Any]:
    """A source; what is secret in its config is masked."""
    return {
        "id": row.id,
        "connector": row.connector,
        "config": masked(row.config),
        "mapping": "own" if row.mapping else "built-in",
        "schedule": schedule_json(row),
        "paused": row.paused,
        "paused_reason": row.paused_reason,
        "last_run": run_json(last_run) if last_run else None,
    }


def schedule_json(row: SourceRow) -> dict[str, Any]:
    """When a source runs by itself; `next_run_at` has its jitter in it."""
    return {
        "interval_seconds": row.interval_seconds,
        "cron": row.cron,
        "time_zone": row.time_zone,
        "jitter_seconds": row.jitter_seconds,
        "catch_up": row.catch_up,
        "next_run_at": row.next_run_at,
    }


def run_json(run: SyncRun) -> dict[str, Any]:
    """A run with its receipt, whole and per stream, as of its last checkpoints."""
    return {
        "id": run.id,
        "source": run.source,
        "state": run.state,
        "receipt": asdict(run.receipt),
        "streams": {name: stream_json(one) for name, one in run.by_stream.items()},
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "error": run.error,
        "error_kind": run.error_kind,
    }


def stream_json(run: StreamRun) -> dict[str, Any]:
    """How far a run has come with one stream; `seconds_left` and `expected` are estimates."""
    return {
        "state": run.state,
        **{name: getattr(run.receipt, name) for name in LANDING_COUNTERS},
        "checkpoints": run.checkpoints,
        "records_per_second": run.rate,
        "expected": run.expected,
        "seconds_left": run.seconds_left,
        "started_at": run.started_at,
        "checkpoint_at": run.checkpoint_at,
        "ended_at": run.ended_at,
        "error": run.error,
        "error_kind": run.error_kind,
    }


def told_run_json(tx: Transaction, run: SyncRun, lang: Language) -> dict[str, Any]:
    """A run, and what to do about how it ended."""
    return run_json(run) | {"advice": advice_json(advice_of_run(tx, run, lang))}


def advice_json(advice: Advice | None) -> dict[str, str] | None:
    """What to do, for programs: `move` is hub, you or report."""
    return asdict(advice) if advice else None


def line_json(line: LogLine) -> dict[str, Any]:
    """A line of a run's log."""
    return {
        "id": line.id,
        "at": line.at,
        "level": line.level,
        "stream": line.stream,
        "words": line.words,
    }


def standing_json(row: StreamRow) -> dict[str, Any]:
    """Where a stream stands between runs; its cursor is its connector's own affair."""
    return {
        "stream": row.stream,
        "paused_reason": row.paused_reason,
        "rereading": row.rereading,
        "records_of_last_whole_pass": row.whole_pass,
    }


def change_json(change: SchemaChange) -> dict[str, Any]:
    """A change of a stream's fields."""
    return asdict(change)
