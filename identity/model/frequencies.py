"""Term frequencies: how common a value is, frozen with the model's version."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Shares of the population by value; a value not listed has `fallback`.

    No share is taken below `floor`: one wrong rare value must not decide alone.
    """

    shares: Mapping[str, float]
    fallback: float
    floor: float

    def of(self, value: str) -> float:
        """How likely a stranger bears this value."""
        return max(self.shares.get(value, self.fallback), self.floor)
