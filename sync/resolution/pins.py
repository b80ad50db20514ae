"""The values stewards pinned, as settling golden records asks for them."""

from collections.abc import Callable, Collection, Mapping, Sequence

from daifuku.storage.engine import Transaction
from identity.survivorship.survive import Pin

Pins = Mapping[str, Sequence[Pin]]
"""Pins in force, by golden id; a golden record without any is absent."""

PinsOf = Callable[[Transaction, Collection[str], Mapping[str, str | None]], Pins]
"""Finds the pins of golden records about to be written, given their ids and the ids that end
now, each with the survivor that takes most of its records, if any."""


def no_pins(_tx: Transaction, _ids: Collection[str], _retired: Mapping[str, str | None]) -> Pins:
    """That nothing is pinned."""
    return {}
