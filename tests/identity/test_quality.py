"""The shipped models on made-up worlds they were not tuned on."""

import pytest

from demo.world.mapped import mapped_records
from demo.world.world import generate
from identity.measure.evaluate import evaluate
from identity.resolve import resolve


@pytest.mark.parametrize("seed", [101, 102])
def test_the_shipped_models_find_people_and_companies(seed: int) -> None:
    told = list(mapped_records(generate(seed, scale=2500)))
    found = resolve(record for record, _ in told)
    result = evaluate(
        (cluster.members for cluster in found.clusters),
        {record.key: truth for record, truth in told},
    )
    assert result.precision >= 0.995, result
    assert result.recall >= 0.93, result
    assert len(found.possible) < len(told) * 0.03
