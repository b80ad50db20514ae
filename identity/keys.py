"""Block keys in bulk: those of all nodes under one rule, as 64-bit numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from identity.blocking import COLUMNS, MAX_KEYS_PER_RULE, READS
from identity.encoded import Encoded, Numbers, mixed
from identity.features import Features
from identity.kernel import Keys
from identity.model.types import BlockingRule, Model
from identity.readings import seen_encoded

Codes = npt.NDArray[np.uint64]
_BYTES_AT_ONCE = 1 << 22


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """The values of one column by node: those of node i are `codes[starts[i]:][:counts[i]]`."""

    codes: Codes
    starts: Numbers
    counts: Numbers


def keys_by_rule(encoded: Encoded, model: Model) -> Iterator[Keys]:
    """The keys of every blocking rule: the same nodes share one as share a `block_keys` of it.

    Two different keys fall together by chance once in 2**64 times.
    """
    viewed = seen_encoded(encoded, model)
    lists = {
        name: _lists(viewed, name)
        for name in sorted({name for rule in model.blocking for name in rule.columns})
    }
    for number, rule in enumerate(model.blocking):
        yield _keys(number, rule, [lists[name] for name in rule.columns])


def codes_of(texts: Sequence[str]) -> Codes:
    """A 64-bit number for each text, the same in every process: a random linear function of its
    bytes and their places, then spread."""
    codes = np.empty(len(texts), np.uint64)
    parts = [text.encode(errors="surrogatepass") for text in texts]
    offsets = np.concatenate(
        (np.zeros(1, np.int64), np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts))))
    )
    data = np.frombuffer(b"".join(parts), np.uint8)
    start = 0
    while start < len(texts):
        limit = offsets[start] + _BYTES_AT_ONCE
        end = max(int(np.searchsorted(offsets, limit, "right")) - 1, start + 1)
        here = offsets[start : end + 1] - offsets[start]
        codes[start:end] = _sums(data[offsets[start] : offsets[end]], here)
        start = end
    return mixed(codes)


def _sums(data: npt.NDArray[np.uint8], offsets: Numbers) -> Codes:
    sizes = np.diff(offsets)
    places = np.arange(len(data)) - np.repeat(offsets[:-1], sizes)
    says = (data.astype(np.uint64) + np.uint64(1)) * (mixed(places.astype(np.uint64) + 1) | 1)
    totals = np.concatenate((np.zeros(1, np.uint64), np.cumsum(says, dtype=np.uint64)))
    return totals[offsets[1:]] - totals[offsets[:-1]]


def _lists(encoded: Encoded, name: str) -> Lists:
    column = COLUMNS[name]

    def texts(features: Features) -> list[str]:
        return sorted({*column(features)} - {""})

    answers, numbers = encoded.column(READS[name], texts)
    counts = np.fromiter(map(len, answers), np.int64, len(answers))
    starts = np.cumsum(counts) - counts
    codes = codes_of([text for answer in answers for text in answer])
    return Lists(codes, starts[numbers], counts[numbers])


def _keys(number: int, rule: BlockingRule, columns: Sequence[Lists]) -> Keys:
    """All combinations of a rule's columns, the last changing fastest, up to the limit a row."""
    counts = np.ones(len(columns[0].counts), np.int64)
    for column in columns:
        counts *= column.counts
    np.minimum(counts, MAX_KEYS_PER_RULE, out=counts)
    rows = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    place = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    keys = np.full(len(rows), number + 1, np.uint64)
    for column in reversed(columns):
        place, nth = np.divmod(place, column.counts[rows])
        keys = mixed(keys * np.uint64(0x9E3779B97F4A7C15) + column.codes[column.starts[rows] + nth])
    return Keys(keys, rows.astype(np.int32), rule.cap)
