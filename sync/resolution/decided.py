"""Stewards' decisions around a batch, read as the records they are about come up."""

from collections import defaultdict
from collections.abc import Iterable

from daifuku.records import Decision, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import decisions
from daifuku.storage.repositories.resolution.standing import Standing, ask_standing


class Decided:
    """The decisions in force on records, each record asked about once."""

    def __init__(self, tx: Transaction, standing: Standing | None = None) -> None:
        self._tx = tx
        self._any = (standing or ask_standing(tx)()).decisions
        self._asked: set[RecordKey] = set()
        self._found: dict[tuple[RecordKey, RecordKey], Decision] = {}
        self._same: defaultdict[RecordKey, set[RecordKey]] = defaultdict(set)

    def about(self, keys: Iterable[RecordKey]) -> list[Decision]:
        """The decisions of which one of these records is part."""
        if not self._any:
            return []
        wanted = {*keys}
        missing = wanted - self._asked
        if missing:
            self._asked |= missing
            for word in decisions.words_on(self._tx, missing):
                self._found[word.a, word.b] = Decision(word.a, word.b, word.same)
                if word.same:
                    self._same[word.a].add(word.b)
                    self._same[word.b].add(word.a)
        return [found for (a, b), found in self._found.items() if a in wanted or b in wanted]

    def same_as(self, key: RecordKey) -> Iterable[RecordKey]:
        """The records decided to be the same as one asked about before."""
        return self._same.get(key, ())
