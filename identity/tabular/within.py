"""All pairs within components of links, and what of them has been scored already."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from identity.kernel import pairs_within
from identity.kernel.arrays import Flags, Ints, Pairs, Places
from identity.scoring.weights import Weights

_NEW = -1


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
        order = np.argsort(labels, kind="stable").astype(np.int32)
        sizes = np.bincount(labels, minlength=len(labels))[labels[order]]
        self._members = order[sizes > 2]
        heads = labels[self._members]
        cuts = np.flatnonzero(np.concatenate(([True], heads[1:] != heads[:-1]))[: len(heads)])
        self._starts = np.append(cuts, len(heads)).astype(np.int64)
        rows = np.diff(self._starts)
        self._pairs = np.concatenate((np.zeros(1, np.int64), np.cumsum(rows * (rows - 1) // 2)))
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
        found = np.full(self._pairs[-1], _NEW, np.int32)
        place = np.full(len(labels), -1, np.int32)
        place[self._members] = np.arange(len(self._members), dtype=np.int32)
        inside = labels[links.first] == labels[links.second]
        inside &= place[links.first] >= 0
        used = np.flatnonzero(inside).astype(np.int32)
        a, b = place[links.first[used]], place[links.second[used]]
        ahead = np.repeat(self._starts[1:], np.diff(self._starts)) - np.arange(len(self._members))
        begins = np.cumsum(ahead - 1) - (ahead - 1)  # where the pairs of each row as first begin
        found[begins[a] + (b - a - 1)] = used
        return found
