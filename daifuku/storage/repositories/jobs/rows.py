"""A job as its row says it, and what its states mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, and_, or_

from daifuku.storage.tables import job

QUEUED, RUNNING = LIVE = ("queued", "running")
DONE, FAILED, PARKED, DISCARDED = "done", "failed", "parked", "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A piece of work. `failures` counts those in a row without progress, kills included.

    `worker` is the last to have held it. `follow_up` are the arguments of the job that follows it.
    """

    id: int
    kind: str
    args: Mapping[str, Any]
    dedup_key: str | None
    state: str
    due_at: datetime
    attempt: int
    failures: int
    error: str | None
    worker: str | None
    created_at: datetime
    finished_at: datetime | None
    follow_up: Mapping[str, Any] | None


COLUMNS = [
    job.c[name]
    for name in (
        *("id", "kind", "args", "dedup_key", "state"),
        *("due_at", "attempt", "failures", "error"),
        *("worker", "created_at", "finished_at", "follow_up"),
    )
]


def job_of(row: Row[Any]) -> Job:
    """The job of a row of `COLUMNS`."""
    values = dict(row._mapping)
    values["args"] = orjson.loads(values["args"])
    values["follow_up"] = orjson.loads(values["follow_up"] or b"null")
    return Job(**values)


def free(now: datetime) -> Any:
    """Whether a worker may claim it: it is due, or its holder's lease ran out."""
    return or_(
        and_(job.c.state == QUEUED, job.c.due_at <= now),
        and_(job.c.state == RUNNING, job.c.lease_until < now),
    )
