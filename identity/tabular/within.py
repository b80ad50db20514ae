"""All pairs within components of links, and what of them has been scored already."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from identity.kernel import pairs_within
from identity.kernel.arrays import Flags, Ints, Pairs, Places
from identity.scoring.weights import Weights

_NEW = -1
_ROW_BITS = 32


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Pairs of prepared rows, the smaller first, their match weights and contrasts."""

    first: Ints
    second: Ints
    weights: Weights
    contrasts: Weights

    def between(self, standing_for: Ints) -> "Links":
        """The same between the rows that stand for these."""
        moved = replace(self, first=standing_for[self.first], second=standing_for[self.second])
        return moved.where(moved.first != moved.second)

    def of_at_least(self, weight: float) -> "Links":
        return self.where(self.weights >= weight)

    def where(self, kept: Flags) -> "Links":
        return Links(self.first[kept], self.second[kept], self.weights[kept], self.contrasts[kept])


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some components: component k has the rows `members[starts[k]:starts[k + 1]]`.

    `places` are all pairs within them, by place in `members`; `link` is the link that has scored
    the pair, or negative.
    """

    members: Ints
    starts: Places
    places: Pairs
    link: Ints


class Within:
    """The components of more than two rows: two rows are a match, or they would not be together.

    `labels` has the first row of each row's component.
    """

    def __init__(self, labels: Ints, links: Links) -> None:
        sizes = np.bincount(labels, minlength=len(labels))
        rows = np.flatnonzero(sizes[labels] > 2)
        codes = np.sort(labels[rows].astype(np.int64) << _ROW_BITS | rows)
        heads, members = codes >> _ROW_BITS, codes & ((1 << _ROW_BITS) - 1)
        self._members = members.astype(np.int32)
        cuts = np.flatnonzero(np.concatenate(([True], heads[1:] != heads[:-1]))[: len(heads)])
        self._starts = np.append(cuts, len(heads)).astype(np.int64)
        counts = np.diff(self._starts)
        pairs = counts * (counts - 1) // 2
        self._pairs = np.concatenate((np.zeros(1, np.int64), np.cumsum(pairs)))
        self._links = self._placed(labels, links)

    def parts(self, most: int) -> Iterator[Part]:
        """The components, as many at a time as have about so many pairs together."""
        begin, last = 0, len(self._starts) - 1
        while begin < last:
            enough = int(np.searchsorted(self._pairs, self._pairs[begin] + most, "right")) - 1
            end = max(enough, begin + 1)
            starts = self._starts[begin : end + 1]
            yield Part(
                self._members[starts[0] : starts[-1]],
                starts - starts[0],
                pairs_within(starts - starts[0]),
                self._links[self._pairs[begin] : self._pairs[end]],
            )
            begin = end

    def _placed(self, labels: Ints, links: Links) -> Ints:
        """The link of each pair, in the order of `pairs_within`."""
        counts = np.diff(self._starts)
        found = np.full(self._pairs[-1], _NEW, np.int32)
        place = np.full(len(labels), -1, np.int32)
        place[self._members] = np.arange(len(self._members), dtype=np.int32)
        component = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
        used = np.flatnonzero(place[links.first] >= 0)
        used = used[place[links.second[used]] >= 0]
        a, b = place[links.first[used]], place[links.second[used]]
        together = component[a] == component[b]
        used, a, b = used[together], a[together], b[together]
        ahead = np.repeat(self._starts[1:], counts) - np.arange(len(self._members))
        begins = np.cumsum(ahead - 1) - (ahead - 1)  # where the pairs of each row as first begin
        found[begins[a] + (b - a - 1)] = used.astype(np.int32)
        return found
