"""Review tasks: the possible matches that await a steward."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, update

from daifuku.records import Entity, ReviewState
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution.chunks import select_in
from daifuku.storage.tables import review_task


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task: two golden records, `golden_a` < `golden_b`, and the rows that tie them best."""

    id: str
    entity: Entity
    golden_a: str
    golden_b: str
    record_a: int
    record_b: int
    probability: float


def open_tasks(tx: Transaction, golden_ids: Iterable[str]) -> dict[str, OpenTask]:
    """The open tasks that name one of these golden records, by id."""
    wanted = list(golden_ids)
    columns = review_task.c
    return {
        row.id: OpenTask(
            row.id,
            Entity(row.entity),
            row.golden_a,
            row.golden_b,
            row.record_a,
            row.record_b,
            row.probability,
        )
        for column in (columns.golden_a, columns.golden_b)
        for row in select_in(
            tx, review_task.select(), column, wanted, columns.state == ReviewState.OPEN
        )
    }


def existing(tx: Transaction, ids: Iterable[str]) -> set[str]:
    """Which of these task ids are taken, open or closed."""
    return {row.id for row in select_in(tx, review_task.select(), review_task.c.id, ids)}


def save(tx: Transaction, tasks: Iterable[OpenTask], at: datetime) -> None:
    """Open these tasks, anew where they had been closed."""
    tasks = list(tasks)
    taken = existing(tx, [task.id for task in tasks])
    fresh = [_row(task, at) for task in tasks if task.id not in taken]
    again = [_change(task) for task in tasks if task.id in taken]
    if fresh:
        tx.execute(insert(review_task), fresh)
    if again:
        tx.execute(
            update(review_task)
            .where(review_task.c.id == bindparam("row"))
            .values(
                record_a=bindparam("new_a"),
                record_b=bindparam("new_b"),
                probability=bindparam("new_probability"),
                state=ReviewState.OPEN,
                closed_at=None,
            ),
            again,
        )


def close(tx: Transaction, ids: Iterable[str], at: datetime) -> None:
    """Close tasks that later evidence decided."""
    rows = [{"row": id} for id in ids]
    if rows:
        tx.execute(
            update(review_task)
            .where(review_task.c.id == bindparam("row"))
            .values(state=ReviewState.CLOSED, closed_at=at),
            rows,
        )


def _row(task: OpenTask, at: datetime) -> dict[str, object]:
    return {
        "id": task.id,
        "entity": task.entity,
        "golden_a": task.golden_a,
        "golden_b": task.golden_b,
        "record_a": task.record_a,
        "record_b": task.record_b,
        "probability": task.probability,
        "state": ReviewState.OPEN,
        "created_at": at,
        "closed_at": None,
    }


def _change(task: OpenTask) -> dict[str, object]:
    return {
        "row": task.id,
        "new_a": task.record_a,
        "new_b": task.record_b,
        "new_probability": task.probability,
    }
