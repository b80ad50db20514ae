"""How many feature sets bear a block key, before a batch and after it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import blake2b

from daifuku.records import Entity
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import block_keys as stored
from identity.blocking import BlockKey, block_keys, caps, rules_reading
from identity.features import Features
from identity.model.types import Model
from identity.scoring.change import changed_parts

Keys = Mapping[int, str]
"""The rule of each key, by the key as it is stored."""


def keys_of(value: Features, model: Model, only: frozenset[str] | None = None) -> Keys:
    """The block keys of a feature set, hashed; with `only` those of these rules."""
    return {hashed(value.entity, key): key.rule for key in block_keys(value, model, only)}


def keys_before(before: Features, after: Features, now: Keys, model: Model) -> Keys:
    """The block keys a feature set had when it said `before`, which has the keys `now`."""
    stale = rules_reading(model, changed_parts(before, after))
    kept = {key: rule for key, rule in now.items() if rule not in stale}
    return {**kept, **keys_of(before, model, stale)}


def hashed(entity: Entity, key: BlockKey) -> int:
    """A block key as it is stored."""
    text = f"{entity.value}\x00{key.rule}\x00{key.key}".encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "little", signed=True)


class Population:
    """Counts of keys as a batch leaves them, whose come and gone keys are stored already.

    `shared` are keys that came and that several feature sets bear; `activated` and
    `deactivated` those that the batch took back under their cap, or over it.
    """

    def __init__(
        self, tx: Transaction, model: Model, come: Iterable[Keys], gone: Iterable[Keys]
    ) -> None:
        self._tx = tx
        self._caps = caps(model)
        self._rules: dict[int, str] = {}
        self._counts: dict[int, int] = {}
        self._bearers: dict[int, list[int]] = {}
        came, change = set[int](), Counter[int]()
        for keys in come:
            self._rules |= keys
            came |= keys.keys()
            change.update(keys.keys())
        for keys in gone:
            self._rules |= keys
            change.subtract(keys.keys())
        enough = max(map(abs, change.values()), default=0) + max(self._caps.values(), default=0) + 1
        self._counts |= stored.counts(tx, change.keys(), enough)
        crossed = {
            key
            for key, difference in change.items()
            if self.is_active(key) != self._fits(key, self._counts[key] - difference)
        }
        self.activated = frozenset(key for key in crossed if self.is_active(key))
        self.deactivated = frozenset(crossed - self.activated)
        self.shared = frozenset(key for key in came if self._counts[key] > 1)

    def count(self, keys: Keys) -> None:
        """Make the counts of further keys known."""
        missing = keys.keys() - self._counts.keys()
        self._rules |= {key: keys[key] for key in missing}
        enough = max(self._caps.values(), default=0) + 1
        self._counts |= stored.counts(self._tx, missing, enough)

    def is_active(self, key: int) -> bool:
        """Whether a key that was counted is active now."""
        return self._fits(key, self._counts[key])

    def bearers(self, keys: Iterable[int]) -> Mapping[int, list[int]]:
        """The feature sets that bear each of these keys."""
        wanted = {*keys}
        self._bearers |= stored.bearers(self._tx, wanted - self._bearers.keys())
        return {key: self._bearers[key] for key in wanted if key in self._bearers}

    def _fits(self, key: int, many: int) -> bool:
        return many <= self._caps[self._rules[key]]
