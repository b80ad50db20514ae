"""A relation whose values agree by chance is told from one that shares them for a reason."""

import numpy as np
import pyarrow as pa
import pytest

from identity.model.frequencies import counted
from identity.model.shares import CountedShares
from identity.training.chance import exponent

SIZES = np.asarray([4000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5] * 20)
TABLE = counted(
    CountedShares.of_column(pa.array([f"v{n}" for n in range(200)], pa.large_string()), SIZES)
)
SHARES = SIZES / SIZES.sum()


@pytest.mark.parametrize("chance", [0.0, 0.3, 0.7, 1.0])
def test_it_finds_the_exponent_that_values_were_drawn_with(chance: float) -> None:
    weight = SHARES ** (1 + chance)
    mean = float((weight * np.log2(SHARES)).sum() / weight.sum())
    assert exponent(TABLE, mean) == pytest.approx(chance, abs=0.01)


def test_it_stays_between_none_and_all() -> None:
    assert exponent(TABLE, -30.0) == pytest.approx(0, abs=0.01)
    assert exponent(TABLE, 0.0) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("chance", [0.25, 0.5, 1.0])
def test_what_rarity_says_for_a_relation_evens_out_over_its_values(chance: float) -> None:
    rarity = -np.log2(SHARES / TABLE.typical)
    said = TABLE.tilt(chance) - chance * rarity
    assert float((SHARES * 2.0**said).sum()) == pytest.approx(1)
