"""Review tasks: what awaits a steward, and what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, or_, select, tuple_

from daifuku.errors import NotFoundError
from daifuku.records import Entity, ReviewKind, ReviewState, ReviewTask, Settlement, Verdict
from daifuku.storage.bulk import update_rows, upsert_rows
from daifuku.storage.driver import fetch_in, moment
from daifuku.storage.engine import Transaction
from daifuku.storage.tables import review_task

_COLUMNS = tuple(field.name for field in fields(ReviewTask))


def open_of(tx: Transaction, golden_ids: Iterable[str]) -> dict[str, ReviewTask]:
    """The tasks that are open or skipped and name one of these golden records, by id."""
    of_side = f"SELECT {', '.join(_COLUMNS)} FROM review_task WHERE state <> 'closed' AND"  # noqa: S608 names of our own
    query = f"{of_side} golden_a IN (*) UNION ALL {of_side} golden_b IN (*)"
    return _by_id(fetch_in(tx, query, golden_ids))


def load(tx: Transaction, ids: Iterable[str]) -> dict[str, ReviewTask]:
    """These tasks, by id."""
    query = f"SELECT {', '.join(_COLUMNS)} FROM review_task WHERE id IN (*)"  # noqa: S608 names of our own
    return _by_id(fetch_in(tx, query, ids))


def get(tx: Transaction, id: str) -> ReviewTask:
    """The task of that id.

    Raises:
        NotFoundError: there is none.
    """
    found = load(tx, [id]).get(id)
    if found is None:
        raise NotFoundError(
            f"There is no review task {id[:64]!r}.", hint="`daifuku review list` shows them."
        )
    return found


def page(
    tx: Transaction,
    *,
    state: ReviewState = ReviewState.OPEN,
    kind: ReviewKind | None = None,
    entity: Entity | None = None,
    golden_id: str | None = None,
    after: ReviewTask | None = None,
    limit: int = 50,
) -> list[ReviewTask]:
    """Tasks by falling priority, from the one past `after`."""
    columns = review_task.c
    query = select(review_task).where(columns.state == state)
    if kind is not None:
        query = query.where(columns.kind == kind)
    if entity is not None:
        query = query.where(columns.entity == entity)
    if golden_id is not None:
        query = query.where(or_(columns.golden_a == golden_id, columns.golden_b == golden_id))
    if after is not None:
        place = tuple_(columns.priority, columns.id)
        query = query.where(place < (after.priority, after.id))
    rows = tx.execute(query.order_by(columns.priority.desc(), columns.id.desc()).limit(limit))
    return [_task(row) for row in rows]


def counts(tx: Transaction, kind: ReviewKind | None = None) -> dict[ReviewState, int]:
    """How many tasks there are in each state, of one kind or of all."""
    query = select(review_task.c.state, func.count().label("tasks")).group_by(review_task.c.state)
    if kind is not None:
        query = query.where(review_task.c.kind == kind)
    found = {ReviewState(row.state): int(row.tasks) for row in tx.execute(query)}
    return {state: found.get(state, 0) for state in ReviewState}


def save(tx: Transaction, tasks: Sequence[ReviewTask]) -> None:
    """Store these tasks as they are, over what there was of the same id."""
    rows = [tuple(getattr(task, name) for name in _COLUMNS) for task in tasks]
    upsert_rows(tx, review_task, _COLUMNS, rows, key=("id",))


def settle(tx: Transaction, outcomes: Iterable[tuple[str, Settlement]], at: datetime) -> None:
    """Close tasks that later evidence decided, each with what settled it."""
    columns = ("id", "state", "outcome", "closed_at", "decision_id")
    rows = [(id, ReviewState.CLOSED, outcome, at, None) for id, outcome in outcomes]
    update_rows(tx, review_task, columns, rows)


def answer(
    tx: Transaction, task: ReviewTask, verdict: Verdict, decision_id: int, at: datetime
) -> ReviewTask:
    """Close a task, or put it off, with a steward's verdict."""
    state = ReviewState.SKIPPED if verdict is Verdict.SKIP else ReviewState.CLOSED
    answered = replace(task, state=state, outcome=verdict, decision_id=decision_id, closed_at=at)
    save(tx, [answered])
    return answered


def forget_answer(tx: Transaction, decision_id: int) -> list[ReviewTask]:
    """Take back what a decision answered: its tasks are as if later evidence had closed them."""
    query = select(review_task).where(review_task.c.decision_id == decision_id)
    tasks = [_task(row) for row in tx.execute(query)]
    forgotten = [
        replace(task, state=ReviewState.CLOSED, outcome=Settlement.FADED, decision_id=None)
        for task in tasks
    ]
    save(tx, forgotten)
    return forgotten


def homes(tx: Transaction, golden_ids: Iterable[str]) -> dict[str, str | None]:
    """Where the records of these golden records are now: an id in use, None if they are gone."""
    query = "SELECT id, state, merged_into FROM golden_record WHERE id IN (*)"
    found = fetch_in(tx, query, golden_ids)
    return {id: id if state == "active" else into for id, state, into in found}


def records_of(tx: Transaction, golden_ids: Iterable[str]) -> dict[str, int]:
    """How many records each of these golden records has."""
    query = (
        "SELECT golden_id, count(*) FROM mapped_record WHERE golden_id IN (*) GROUP BY golden_id"
    )
    return dict(fetch_in(tx, query, {*golden_ids}))


def interactions_of(tx: Transaction, golden_ids: Iterable[str]) -> dict[str, int]:
    """How many interactions hang on each of these golden records; one without any is absent."""
    query = (
        "SELECT m.golden_id, count(*) FROM mapped_record m JOIN interaction i"
        " ON i.of_source = m.source AND i.of_stream = m.stream"
        " AND i.of_external_id = m.external_id AND i.of_part = m.part"
        " WHERE m.golden_id IN (*) GROUP BY m.golden_id"
    )
    return dict(fetch_in(tx, query, {*golden_ids}))


def _by_id(rows: Iterable[Sequence[Any]]) -> dict[str, ReviewTask]:
    """The tasks of rows of `_COLUMNS`."""
    found = (dict(zip(_COLUMNS, row, strict=True)) for row in rows)
    return {values["id"]: _as_task(values) for values in found}


def _task(row: Row[Any]) -> ReviewTask:
    return _as_task(row._asdict())


def _as_task(values: dict[str, Any]) -> ReviewTask:
    """The task of the values of a row's columns."""
    values["kind"] = ReviewKind(values["kind"])
    values["entity"] = Entity(values["entity"])
    values["state"] = ReviewState(values["state"])
    for name in ("created_at", "closed_at"):
        values[name] = values[name] and moment(values[name])
    return ReviewTask(**values)
