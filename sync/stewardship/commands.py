"""What a steward can do. Each is one transaction; with `preview` nothing of it is kept.

Doing the same twice is doing it once: the second time the answer is `repeated`. All raise
NotFoundError for what does not exist, ConflictError where a golden record has not the version
`order.expected` names, ContradictionError where earlier decisions say otherwise, and UserError
for what makes no sense.
"""

from collections.abc import Iterable, Sequence

from daifuku.records import RecordKey, Verdict
from daifuku.storage.engine import Store
from sync.stewardship import plans
from sync.stewardship import unmerge as unmerging
from sync.stewardship.deciding import Order, decide
from sync.stewardship.effects import Answer


def say_same(
    store: Store, a: RecordKey, b: RecordKey, order: Order, *, preview: bool = False
) -> Answer:
    """Two source records are one person or organisation: the engine never parts them."""
    return decide(store, lambda tx: plans.two_records(tx, a, b, same=True), order, preview=preview)


def say_different(
    store: Store, a: RecordKey, b: RecordKey, order: Order, *, preview: bool = False
) -> Answer:
    """Two source records are two: never joined, not even through a third record."""
    return decide(store, lambda tx: plans.two_records(tx, a, b, same=False), order, preview=preview)


def merge(
    store: Store, golden_ids: Sequence[str], order: Order, *, preview: bool = False
) -> Answer:
    """These golden records are one. The one with most records keeps its id."""
    return decide(store, lambda tx: plans.merge(tx, golden_ids), order, preview=preview)


def keep_apart(
    store: Store, golden_ids: Sequence[str], order: Order, *, preview: bool = False
) -> Answer:
    """These golden records are different, each from each other, now and later."""
    return decide(store, lambda tx: plans.keep_apart(tx, golden_ids), order, preview=preview)


def split_off(
    store: Store,
    golden_id: str,
    keys: Iterable[RecordKey],
    order: Order,
    *,
    preview: bool = False,
) -> Answer:
    """These records do not belong to that golden record, and stay apart from the rest of it."""
    leaving = list(keys)
    return decide(store, lambda tx: plans.split_off(tx, golden_id, leaving), order, preview=preview)


def unmerge(
    store: Store, golden_id: str, retired: str, order: Order, *, preview: bool = False
) -> Answer:
    """Part again what `retired` brought when it was merged into that golden record."""
    return decide(
        store,
        lambda tx: unmerging.unmerge(tx, golden_id, retired, order),
        order,
        preview=preview,
    )


def undo(store: Store, decision_id: int, order: Order, *, preview: bool = False) -> Answer:
    """Take a decision back, an undo too: all is as if it had never been taken."""
    return decide(store, lambda tx: plans.undo(tx, decision_id), order, preview=preview)


def answer_task(
    store: Store, task_id: str, verdict: Verdict, order: Order, *, preview: bool = False
) -> Answer:
    """Answer a review task, which closes it, or puts it off."""
    return decide(store, lambda tx: plans.answer(tx, task_id, verdict), order, preview=preview)
