"""Sources and runs as JSON, for the API and the command line alike."""

from dataclasses import asdict
from typing import Any

from daifuku.records import SyncRun
from daifuku.secrets import masked
from daifuku.storage.repositories.sources import SourceRow


def source_json(row: SourceRow, last_run: SyncRun | None) -> dict[str, Any]:
    """A source; what is secret in its config is masked."""
    return {
        "id": row.id,
        "connector": row.connector,
        "config": masked(row.config),
        "mapping": "own" if row.mapping else "built-in",
        "schedule": {
            "interval_seconds": row.interval_seconds,
            "cron": row.cron,
            "time_zone": row.time_zone,
            "next_run_at": row.next_run_at,
        },
        "paused": row.paused,
        "paused_reason": row.paused_reason,
        "last_run": run_json(last_run) if last_run else None,
    }


def run_json(run: SyncRun) -> dict[str, Any]:
    """A run with its receipt."""
    return {
        "id": run.id,
        "source": run.source,
        "state": run.state,
        "receipt": asdict(run.receipt),
        "streams": dict(run.streams),
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "error": run.error,
        "error_kind": run.error_kind,
    }
