"""Models tried, applied and rolled back by workers: what is asked for, and what the job does.

All of these take as long as all records do, which is too long to wait for in a request. What is
asked for twice is one job, and what a worker that died had done already is not done again.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from daifuku.errors import ConflictError
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories import jobs, shadows
from daifuku.storage.repositories.jobs import Job
from sync.models import force, shadow
from sync.models.documents import Document, Kind
from sync.models.rebuild import Progress

MODEL = "model"
"""The kind of job that does what is asked for here."""


class Step(StrEnum):
    """What is asked for."""

    TRY = "try"
    APPLY = "apply"
    ROLL_BACK = "roll back"


def ask_try(store: Store, document: Document) -> Job:
    """Have a worker try this document; its shadow run will have the id in `shadow_run`."""
    shadow.add_version(store, document)
    now = datetime.now(UTC)
    with store.write() as tx:
        base = force.version_in_force(tx, document.kind)
        id = shadow.shadow_id(base, document.version, now)
        return _ask(tx, Step.TRY, document.version, id, now)


def ask_apply(store: Store, shadow_id: str) -> Job:
    """Have a worker apply a shadow run.

    Raises:
        NotFoundError: there is no such run.
        ConflictError: it was applied already, or another version is in force by now.
    """
    with store.write() as tx:
        run = shadow.find_open(tx, shadow_id)
        return _ask(tx, Step.APPLY, run.version, run.id, datetime.now(UTC))


def ask_rollback(store: Store, kind: Kind) -> Job:
    """Have a worker put the version before the one in force back.

    Raises:
        ConflictError: nothing was applied that could be rolled back.
    """
    with store.write() as tx:
        run = shadow.last_applied(tx, kind)
        return _ask(tx, Step.ROLL_BACK, run.version, run.id, datetime.now(UTC))


def do_asked(store: Store, args: Mapping[str, Any], progress: Progress) -> None:
    """Do what was asked for in these arguments of a job, unless it is done.

    Raises:
        NotFoundError: the version or the run is not there any more.
        ConflictError: something changed meanwhile, so that it cannot be done as asked.
    """
    version, id = str(args["version"]), str(args["shadow_run"])
    with store.read() as tx:
        run = shadows.find(tx, id)
        document = force.document(tx, version)
    step, state = Step(args["step"]), run.state if run else None
    if step is Step.TRY and run is None:
        shadow.try_version(store, document, progress, id=id)
    elif step is Step.APPLY and state != shadows.APPLIED:
        shadow.apply(store, id, progress)
    elif step is Step.ROLL_BACK and state == shadows.APPLIED:
        shadow.rollback(store, document.kind, progress, only=id)


def _ask(tx: Transaction, step: Step, version: str, shadow_run: str, now: datetime) -> Job:
    key = f"{MODEL}:{step}:{version if step is Step.TRY else shadow_run}"
    args = {"step": step, "version": version, "shadow_run": shadow_run}
    jobs.enqueue(tx, MODEL, args, now=now, dedup_key=key)
    job = jobs.live(tx, key)
    if job is None:
        raise ConflictError("What was asked for has ended just now.", hint="Look again.")
    return job
