"""Maps stored evidence again, after a mapping was mended: nothing is pulled from the source."""

from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from daifuku.records import RecordKey, SourceRecord
from daifuku.storage.engine import Store
from daifuku.storage.repositories.evidence import Evidence, evidence_page
from daifuku.storage.repositories.landing import lock_source
from sync.outcomes import Landing, write_standings
from sync.standing import NOTHING, Mapper, Standing

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many source records were mapped again, and how many of them are rejected still."""

    mapped: int = 0
    rejected: int = 0


def replay(store: Store, source: str, *, mapper: Mapper, only_rejected: bool = True) -> Replayed:
    """Map the rejected records of a source again, or all of them, each page in a transaction.

    What comes out as it was is not written. A record its connector could not decode keeps that
    rejection: it needs a new pull.
    """
    total = Replayed()
    last = 0
    while True:
        with store.write() as tx:
            lock_source(tx, source)
            page = evidence_page(tx, source, after=last, only_rejected=only_rejected, limit=PAGE)
            standings = [_mapped_again(source, evidence, mapper) for evidence in page]
            write_standings(tx, standings, Landing(at=datetime.now(UTC), run_id=None))
        if not page:
            return total
        rejected = sum(standing.rejection is not None for standing in standings)
        total = Replayed(total.mapped + len(page), total.rejected + rejected)
        last = page[-1].stored.id


def _mapped_again(source: str, evidence: Evidence, mapper: Mapper) -> Standing:
    key = RecordKey(source, evidence.stream, evidence.external_id)
    standing = Standing(key, evidence.stored)
    if evidence.stored.deleted:
        standing.outcome = NOTHING
        return standing
    payload = orjson.loads(evidence.payload)
    standing.remap(SourceRecord(key, payload, evidence.stored.observed_at), mapper)
    return standing
