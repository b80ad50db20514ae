"""Links between feature sets, and stewards' decisions on records."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, or_, select

from daifuku.records import Decision, RecordKey
from daifuku.storage.bulk import insert_rows
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution.chunks import chunks, select_in
from daifuku.storage.tables import decision, link


@dataclass(frozen=True, slots=True, order=True)
class SetLink:
    """A link between two feature sets, `a` < `b`."""

    a: int
    b: int
    weight: float
    probability: float


def touching(tx: Transaction, ids: Iterable[int], *, at_least: float | None = None) -> set[SetLink]:
    """The links with an end in `ids`, those of at least a weight where one is given."""
    wanted = list(ids)
    strong = () if at_least is None else (link.c.weight >= at_least,)
    query = select(link.c.a_id, link.c.b_id, link.c.weight, link.c.probability)
    return {
        SetLink(row.a_id, row.b_id, row.weight, row.probability)
        for column in (link.c.a_id, link.c.b_id)
        for row in select_in(tx, query, column, wanted, *strong)
    }


def remove_touching(tx: Transaction, ids: Iterable[int]) -> None:
    """Forget every link with an end in `ids`."""
    for piece in chunks(ids):
        tx.execute(delete(link).where(or_(link.c.a_id.in_(piece), link.c.b_id.in_(piece))))


def add(tx: Transaction, links: Iterable[SetLink], model: str) -> None:
    """Store links scored under the model version `model`."""
    rows = [(edge.a, edge.b, edge.weight, edge.probability, model) for edge in links]
    insert_rows(tx, link, ("a_id", "b_id", "weight", "probability", "model"), rows)


def decisions(tx: Transaction) -> list[Decision]:
    """Every decision of a steward, the latest on a pair last."""
    rows = tx.execute(select(decision).order_by(decision.c.id))
    return [
        Decision(
            a=RecordKey(row.a_source, row.a_stream, row.a_external_id, row.a_part),
            b=RecordKey(row.b_source, row.b_stream, row.b_external_id, row.b_part),
            same=row.same,
            by=row.by,
            at=row.at.isoformat(),
            reason=row.reason,
        )
        for row in rows
    ]
