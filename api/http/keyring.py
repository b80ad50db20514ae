"""Remembers for a few seconds which API keys are good, so that most requests need not ask."""

import time
from collections import OrderedDict
from threading import Lock

from daifuku.storage.engine import Store
from daifuku.storage.repositories import keys
from daifuku.storage.repositories.keys import ApiKey

SECONDS = 5.0
"""How long a revoked key may still be taken for good."""
SIZE = 1024


class KeyRing:
    """The good keys among those lately shown, by digest; wrong ones are asked for each time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: OrderedDict[bytes, tuple[ApiKey, float]] = OrderedDict()
        self._lock = Lock()

    def remembered(self, key: str) -> ApiKey | None:
        """A key that was good a moment ago."""
        found = self._known.get(keys.digest(key))
        return found[0] if found and found[1] > time.monotonic() else None

    def find(self, key: str) -> ApiKey | None:
        """A good key, asked of the store."""
        with self._store.read() as tx:
            found = keys.find(tx, key)
        if found is None:
            return None
        with self._lock:
            self._known[keys.digest(key)] = (found, time.monotonic() + SECONDS)
            while len(self._known) > SIZE:
                self._known.popitem(last=False)
        return found
