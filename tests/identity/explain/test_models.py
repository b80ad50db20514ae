"""Models in sentences."""

import re

import pytest

from daifuku.records import Entity
from identity.explain.models import describe_model
from identity.model.load import shipped_model


@pytest.mark.parametrize("entity", Entity)
def test_in_japanese_no_column_has_an_english_name(entity: Entity) -> None:
    compared = [
        sentence.partition("が同じ記録を")[0]
        for sentence in describe_model(shipped_model(entity), "ja")
        if "が同じ記録を" in sentence
    ]
    assert len(compared) == len(shipped_model(entity).blocking)
    assert not [columns for columns in compared if re.search("[A-Za-z_]", columns)]


def test_in_english_a_rule_says_what_records_share() -> None:
    sentences = describe_model(shipped_model(Entity.PERSON), "en")
    assert "Records that share telephone are compared, 60 of them at most (telephone)." in sentences
