"""Takes decisions: recorded, resolved and answered in one transaction, or only rehearsed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NoReturn

from daifuku.records import RecordedDecision, RecordKey, Verdict
from daifuku.storage.engine import Store, Transaction, lock
from daifuku.storage.repositories.resolution import decisions, named, records, reviews
from sync.models.force import engine_in_force
from sync.resolution.homecoming import Memory
from sync.resolution.resolver import resolve_batch
from sync.stewardship.contradictions import refuse_contradictions
from sync.stewardship.effects import Answer, effect
from sync.stewardship.memory import memory
from sync.stewardship.parties import refuse_stale
from sync.stewardship.plans import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Who decides and why. `expected` are the versions of the golden records they saw."""

    by: str
    reason: str = ""
    expected: Mapping[str, int] = field(default_factory=dict)
    at: datetime | None = None


def decide(
    store: Store, plan: Callable[[Transaction], Plan], order: Order, *, preview: bool = False
) -> Answer:
    """Take the decision that `plan` makes, or with `preview` answer what it would do.

    Raises:
        UserError: it cannot be done as asked.
        ConflictError: a golden record is not what the caller saw.
        ContradictionError: earlier decisions say otherwise.
    """
    if not preview:
        return store.transact(lambda tx: decide_within(tx, plan, order))

    def rehearse(tx: Transaction) -> NoReturn:
        raise _Rehearsed(decide_within(tx, plan, order))

    try:
        store.transact(rehearse)
    except _Rehearsed as done:
        return replace(done.answer, preview=True)


def decide_within(tx: Transaction, plan: Callable[[Transaction], Plan], order: Order) -> Answer:
    """Take the decision inside the caller's transaction."""
    lock(tx, "resolution")
    at = order.at or datetime.now(UTC)
    planned = plan(tx)
    after = decisions.last_event(tx)
    if planned.repeats is not None:
        done = decisions.get(tx, planned.repeats)
        return Answer(decision=done, effect=effect(tx, planned.about, after=after), repeated=True)
    refuse_stale(tx, order.expected)
    taken = decisions.add(
        tx,
        planned.kind,
        by=order.by,
        at=at,
        reason=order.reason,
        words=planned.words,
        task_id=planned.task_id,
        undoes=planned.undoes,
    )
    touched = {key for said in planned.words for key in (said.a, said.b)}
    touched |= _withdraw(tx, planned, taken)
    refuse_contradictions(tx, touched, latest=taken.id)
    if planned.task_id is not None:
        task = reviews.get(tx, planned.task_id)
        reviews.answer(tx, task, Verdict(planned.kind), taken.id, at)
    resolve_again(tx, touched, at, memory(tx, planned.withdraws))
    homes = {record.golden_id for record in named.find(tx, touched).values()}
    became = effect(tx, planned.about | homes, after=after)
    concerned = planned.about | became.golden_records.keys() | became.retired.keys()
    decisions.conclude(tx, taken.id, concerned, after=after)
    return Answer(decision=taken, effect=became)


def resolve_again(
    tx: Transaction, keys: set[RecordKey], at: datetime, before: Memory | None = None
) -> None:
    """Resolve these records as they are, and nothing else that waits.

    `before` are the golden ids to go back to, where a decision is taken back.
    """
    if not keys:
        return
    records.mark_pending(tx, keys)
    ids = {record.id for record in named.find(tx, keys).values()}
    models, rules = engine_in_force(tx, at)
    resolve_batch(tx, models, rules, limit=len(ids), at=at, only=ids, memory=before)


def _withdraw(tx: Transaction, planned: Plan, taken: RecordedDecision) -> set[RecordKey]:
    """Withdraw what the plan takes back, and put in force what that had withdrawn itself.

    Returns the records whose words change by it.
    """
    freed = decisions.withdrawn_by(tx, planned.withdraws) if planned.undoes else []
    decisions.set_withdrawn(tx, planned.withdraws, taken.id)
    decisions.set_withdrawn(tx, freed, None)
    changed = decisions.words_of(tx, [*planned.withdraws, *freed])
    tasks = [task for id in planned.withdraws for task in reviews.forget_answer(tx, id)]
    shown = named.keys_of(tx, {id for task in tasks for id in (task.record_a, task.record_b)})
    return {key for said in changed for key in (said.a, said.b)} | set(shown.values())


class _Rehearsed(Exception):
    """Carries the answer out of a transaction that must not be kept."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer
