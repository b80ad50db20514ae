"""Mapped records around a batch: which feature set each has now, which golden record it had."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from daifuku.records import RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import golden
from daifuku.storage.repositories.resolution.golden import Membership
from daifuku.storage.repositories.resolution.records import PendingRecord


class Members:
    """Records by feature set and by golden record, each read from the store once.

    Feature sets are those the batch gives its records, which are stored at its end; golden ids
    are those of the last time.
    """

    def __init__(
        self, tx: Transaction, pending: Sequence[PendingRecord], set_of: Mapping[int, int]
    ) -> None:
        self._tx = tx
        self.pending = {row.id: row for row in pending}
        self._of_set: defaultdict[int, dict[int, Membership]] = defaultdict(dict)
        self._of_golden: defaultdict[str, dict[int, Membership]] = defaultdict(dict)
        self._sets: set[int] = set()
        self._goldens: set[str] = set()
        self._set_of_pending = {row.record.key: set_of.get(row.id) for row in pending}
        for row in pending:
            self._add(Membership(row.id, row.record.key, set_of.get(row.id), row.golden_id))

    def are_new(self, sets: Iterable[int]) -> None:
        """Note feature sets that no record had before this batch."""
        self._sets.update(sets)

    def missing(self, sets: Iterable[int]) -> set[int]:
        """Those of these feature sets of which the records are not known."""
        return {*sets} - self._sets

    def were_read(
        self,
        rows: Iterable[Membership],
        *,
        sets: Iterable[int] = (),
        goldens: Iterable[str] = (),
    ) -> None:
        """Take over all records that had these feature sets or golden ids before the batch."""
        self._sets.update(sets)
        self._goldens.update(goldens)
        self._take_in(rows)

    def of_sets(self, ids: Iterable[int]) -> list[Membership]:
        """The records that have these feature sets."""
        wanted = {*ids}
        missing = wanted - self._sets
        if missing:
            self._sets |= missing
            self._take_in(golden.members_of_sets(self._tx, missing))
        return [row for id in wanted if id in self._of_set for row in self._of_set[id].values()]

    def of_goldens(self, ids: Iterable[str]) -> list[Membership]:
        """The records that belonged to these golden records."""
        wanted = {*ids}
        missing = wanted - self._goldens
        if missing:
            self._goldens |= missing
            self._take_in(golden.members(self._tx, missing))
        return [
            row for id in wanted if id in self._of_golden for row in self._of_golden[id].values()
        ]

    def sets_of(self, keys: Iterable[RecordKey]) -> dict[RecordKey, int]:
        """The feature set of each of these records that has one."""
        wanted = {*keys}
        found = {key: self._set_of_pending.get(key) for key in wanted}
        stored = golden.sets_of(self._tx, wanted - self._set_of_pending.keys())
        return {**{key: id for key, id in found.items() if id is not None}, **stored}

    def bearers(self, set_id: int) -> list[RecordKey]:
        """The records that have a feature set read before, sorted."""
        return sorted(row.key for row in self._of_set.get(set_id, {}).values())

    def _take_in(self, rows: Iterable[Membership]) -> None:
        for row in rows:
            if row.record_id not in self.pending:
                self._add(row)

    def _add(self, row: Membership) -> None:
        if row.feature_set_id is not None:
            self._of_set[row.feature_set_id][row.record_id] = row
        if row.golden_id is not None:
            self._of_golden[row.golden_id][row.record_id] = row
