"""Changes the key that secrets are sealed with, all at once, as often as one likes."""

from collections import Counter
from dataclasses import dataclass

from daifuku.secrets import SecretBox, key_ids
from daifuku.storage.engine import Store
from daifuku.storage.repositories import sealed


@dataclass(frozen=True, slots=True)
class Seals:
    """How many secrets are sealed with the current key, with an old one, with one not known."""

    current: int = 0
    old: int = 0
    unknown: int = 0


def seals(store: Store, box: SecretBox) -> Seals:
    """Which keys the secrets in the store are sealed with."""
    with store.read() as tx:
        used = Counter(key for row in sealed.every(tx) for key in key_ids(row.config))
    current = used.pop(box.key_id, 0)
    old = sum(count for key, count in used.items() if box.knows(key))
    return Seals(current, old, used.total() - old)


def reseal(store: Store, box: SecretBox) -> int:
    """Seal every secret with the current key; how many were sealed with another.

    It is one transaction: killed at any moment, all are as before or all are done.

    Raises:
        SettingsError: a secret cannot be opened; nothing is changed then.
    """
    changed = 0
    with store.write() as tx:
        for row in sealed.every(tx, for_update=True):
            before = key_ids(row.config)
            renewed = box.resealed(row.config, source=row.owner)
            others = sum(key != box.key_id for key in before)
            if others:
                sealed.replace(tx, row, renewed)
            changed += others
    return changed
