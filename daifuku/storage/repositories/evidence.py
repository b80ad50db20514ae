"""Source records as they came, for mapping them again and for looking at them."""

from dataclasses import dataclass

from sqlalchemy import select

from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.landing import StoredSource
from daifuku.storage.tables import rejected_record, source_record


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stored source record; `payload` is JSON."""

    stream: str
    external_id: str
    payload: bytes
    stored: StoredSource


def evidence_page(
    tx: Transaction, source: str, *, after: int, only_rejected: bool, limit: int
) -> list[Evidence]:
    """Source records with ids above `after`, in that order.

    Those whose content never could be read are left out: there is nothing to map.
    """
    s, r = source_record.c, rejected_record.c
    wanted = (
        select(
            *(s.stream, s.external_id, s.payload),
            *(s.id, s.content_hash, s.deleted, s.observed_at, s.generation),
            *(r.stage, r.code, r.reason),
        )
        .select_from(source_record.outerjoin(rejected_record))
        .where(s.source == source, s.id > after, s.content_hash != b"")
        .order_by(s.id)
        .limit(limit)
    )
    if only_rejected:
        wanted = wanted.where(r.stage == "map")
    return [Evidence(*row[:3], StoredSource(*row[3:])) for row in tx.execute(wanted)]
