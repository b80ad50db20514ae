"""Links between feature sets."""

from collections.abc import Iterable
from typing import NamedTuple

from daifuku.storage.bulk import delete_pairs, delete_rows, insert_rows
from daifuku.storage.driver import execute, execute_many, fetch_in
from daifuku.storage.engine import Transaction
from daifuku.storage.tables import link

TOUCHING = (
    "SELECT a_id, b_id, weight, probability FROM link WHERE a_id IN (*) UNION ALL"
    " SELECT a_id, b_id, weight, probability FROM link WHERE b_id IN (*)"
)


class SetLink(NamedTuple):
    """A link between two feature sets, `a` < `b`; of a set of several records also `a` = `b`."""

    a: int
    b: int
    weight: float
    probability: float


def touching(tx: Transaction, ids: Iterable[int], *, at_least: float | None = None) -> set[SetLink]:
    """The links with an end in `ids`, those of at least a weight where one is given."""
    found = fetch_in(tx, TOUCHING, ids)
    return {SetLink._make(row) for row in found if at_least is None or row[2] >= at_least}


def remove(tx: Transaction, pairs: Iterable[tuple[int, int]]) -> None:
    """Forget the links between these pairs, each (a, b) with `a` <= `b`."""
    delete_pairs(tx, link, ("a_id", "b_id"), pairs)


def remove_touching(tx: Transaction, ids: Iterable[int]) -> None:
    """Forget every link with an end in `ids`."""
    wanted = [*ids]
    for end in ("a_id", "b_id"):
        delete_rows(tx, link, end, wanted)


def clear(tx: Transaction, entity: str) -> None:
    """Forget every link between feature sets of `entity`."""
    of_entity = "(SELECT id FROM feature_set WHERE entity = ?)"
    execute(tx, f"DELETE FROM link WHERE a_id IN {of_entity}", (entity,))  # noqa: S608 names of our own


def add(tx: Transaction, links: Iterable[SetLink], model: str) -> None:
    """Store links scored under the model version `model`."""
    rows = [(edge.a, edge.b, edge.weight, edge.probability, model) for edge in links]
    insert_rows(tx, link, ("a_id", "b_id", "weight", "probability", "model"), rows)


def reweigh(tx: Transaction, links: Iterable[SetLink], model: str) -> None:
    """Store what links that are there weigh now, under the model version `model`."""
    rows = [(edge.weight, edge.probability, model, edge.a, edge.b) for edge in links]
    statement = "UPDATE link SET weight = ?, probability = ?, model = ? WHERE a_id = ? AND b_id = ?"
    if rows:
        execute_many(tx, statement, rows)
