"""The pairs every release must judge right, in both orders."""

import csv
from pathlib import Path

import pytest

from identity.verdict import compare

PAIRS = Path(__file__).parents[1] / "data" / "golden_pairs.csv"


def _pairs() -> list[dict[str, str]]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("pair", _pairs(), ids=lambda pair: f"{pair['field']}: {pair['why']}")
def test_judges_the_pair_as_expected_both_ways_round(pair: dict[str, str]) -> None:
    there = compare(pair["field"], pair["a"], pair["b"])
    back = compare(pair["field"], pair["b"], pair["a"])

    assert there.result == pair["expected"], there.why
    assert back.result == pair["expected"], back.why
