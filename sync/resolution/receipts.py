"""What became of records that were resolved for the first time."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from daifuku.records import Receipt, RecordKey
from sync.resolution.golden import Settled


def receipts(
    first_time: Iterable[tuple[int | None, RecordKey]],
    settled: Settled,
    contested: frozenset[str],
) -> dict[int | None, Receipt]:
    """What became of records resolved for the first time, given as (run id, key), by run.

    A record of a golden record under review is held; the first of a founded one created it;
    the others were linked.
    """
    tally: defaultdict[int | None, Counter[str]] = defaultdict(Counter)
    begun: set[str] = set()
    for run_id, key in sorted(first_time, key=lambda row: row[1]):
        golden_id = settled.golden_of.get(key)
        if golden_id is None:
            continue
        founds = golden_id in settled.founded and golden_id not in begun
        begun.add(golden_id)
        outcome = "held" if golden_id in contested else "created" if founds else "linked"
        tally[run_id][outcome] += 1
    return {run_id: Receipt(**counts) for run_id, counts in tally.items()}
