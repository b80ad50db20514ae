"""Notices rows nested in a record that were deleted on their own: nothing else there tells.

Per block of records a fingerprint of (row, record) pairs is kept, over the rows whose id was
given by the time of the last look: new rows have higher ids and do not disturb it, so that a
changed fingerprint means that a row was deleted or moved to another record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

BLOCK = 128
"""Records per fingerprint: a smaller block re-reads less, a larger one keeps the state small."""


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What a look at the rows of one model saw; `upto` is the highest row id, blocks as hex."""

    upto: int = 0
    blocks: Mapping[str, str] = field(default_factory=dict)


def taken(pairs: Iterable[tuple[int, int]], upto: int | None = None) -> Fingerprints:
    """The fingerprints of (row id, record id) pairs, of those up to row `upto` where given."""
    sums: dict[int, int] = {}
    highest = 0
    for row, record in pairs:
        if upto is not None and row > upto:
            continue
        highest = max(highest, row)
        digest = blake2b(b"%d:%d" % (row, record), digest_size=8).digest()
        block = record // BLOCK
        sums[block] = sums.get(block, 0) ^ int.from_bytes(digest, "big")
    blocks = {str(block): f"{value:016x}" for block, value in sorted(sums.items())}
    return Fingerprints(highest if upto is None else upto, blocks)


def disturbed(before: Fingerprints, now: Fingerprints) -> frozenset[int]:
    """The blocks in which a row went away; `now` is taken with `upto=before.upto`."""
    names = before.blocks.keys() | now.blocks.keys()
    return frozenset(int(name) for name in names if before.blocks.get(name) != now.blocks.get(name))
