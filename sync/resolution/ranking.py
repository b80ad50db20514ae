"""Which review task to answer first: what one answer settles.

priority = value x uncertainty x reach, where

- value = 1 + log2(1 + interactions of the golden records concerned): what hangs on the answer;
- uncertainty = the entropy of the probability in bits: 1 at 0.5, near 0 where it is all but known;
- reach = log2(1 + pairs of records that the answer settles): one for two records, more for
  two golden records of several each.

Logarithms keep a busy shop's one customer from hiding everyone else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import log2

from daifuku.records import ReviewKind, ReviewTask
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import reviews


def priority(value: int, probability: float, reach: int) -> float:
    """The place of a task in the queue, the highest first."""
    return (1 + log2(1 + value)) * uncertainty(probability) * log2(1 + reach)


def uncertainty(probability: float) -> float:
    """The entropy of a yes-or-no question in bits."""
    return -sum(p * log2(p) for p in (probability, 1 - probability) if p > 0)


def ranked(tx: Transaction, tasks: Iterable[ReviewTask]) -> list[ReviewTask]:
    """These tasks with value, reach and priority as the store has them now."""
    tasks = list(tasks)
    concerned = {id for task in tasks for id in (task.golden_a, task.golden_b)}
    records = reviews.records_of(tx, concerned)
    interactions = reviews.interactions_of(tx, concerned)
    return [_ranked(task, records, interactions) for task in tasks]


def _ranked(
    task: ReviewTask, records: Mapping[str, int], interactions: Mapping[str, int]
) -> ReviewTask:
    value = sum(interactions.get(id, 0) for id in {task.golden_a, task.golden_b})
    left, right = (records.get(id, 1) for id in (task.golden_a, task.golden_b))
    reach = left * right if task.kind is ReviewKind.MATCH else left
    place = priority(value, task.probability, reach)
    return replace(task, value=value, reach=reach, priority=place)
