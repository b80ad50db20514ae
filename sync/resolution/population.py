"""Which feature sets bear a block key, before a batch and after it."""

from collections import Counter, defaultdict
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
    """Who bears keys as a batch leaves them, whose come and gone keys are stored already.

    `shared` are keys that came and that several feature sets bear; `activated` and
    `deactivated` those that the batch took back under their cap, or over it.
    """

    def __init__(
        self, tx: Transaction, model: Model, come: Iterable[Keys], gone: Iterable[Keys]
    ) -> None:
        self._tx = tx
        self._caps = caps(model)
        self._rules: dict[int, str] = {}
        self._bearers: dict[int, list[int]] = {}
        came, change = set[int](), Counter[int]()
        for keys in come:
            self._rules |= keys
            came |= keys.keys()
            change.update(keys.keys())
        for keys in gone:
            self._rules |= keys
            change.subtract(keys.keys())
        self._read(change)
        crossed = {
            key
            for key, difference in change.items()
            if self.is_active(key) != self._fits(key, len(self._bearers[key]) - difference)
        }
        self.activated = frozenset(key for key in crossed if self.is_active(key))
        self.deactivated = frozenset(crossed - self.activated)
        self.shared = frozenset(key for key in came if len(self._bearers[key]) > 1)

    def count(self, keys: Keys) -> None:
        """Make further keys known."""
        missing = keys.keys() - self._bearers.keys()
        self._rules |= {key: keys[key] for key in missing}
        self._read(dict.fromkeys(missing, 0))

    def is_active(self, key: int) -> bool:
        """Whether a known key is active now."""
        return self._fits(key, len(self._bearers[key]))

    def bearers(self, keys: Iterable[int]) -> Mapping[int, list[int]]:
        """The feature sets that bear each of these known keys, which are active or were before."""
        return {key: self._bearers[key] for key in keys if self._bearers[key]}

    def _read(self, change: Mapping[int, int]) -> None:
        """Read who bears these keys, as far as it matters after that change of their numbers.

        Some keys have half the world for bearers: read are as many as tell that they are over
        their cap and were it before.
        """
        cap = max(self._caps.values(), default=0)
        steps: defaultdict[int, list[int]] = defaultdict(list)
        for key, difference in change.items():
            steps[abs(difference).bit_length() // 3].append(key)
        for step, keys in steps.items():
            self._bearers |= stored.bearers(self._tx, keys, cap + 8 ** (step + 1))

    def _fits(self, key: int, many: int) -> bool:
        return many <= self._caps[self._rules[key]]
