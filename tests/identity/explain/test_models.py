"""Models in sentences."""

import re
from typing import Literal

import pytest

from daifuku.records import Entity
from identity.explain.models import describe_model, describe_rules
from identity.model.load import shipped_model
from identity.survivorship.rules import parse_rules, shipped_rules


@pytest.mark.parametrize("entity", Entity)
def test_in_japanese_no_column_has_an_english_name(entity: Entity) -> None:
    compared = [
        sentence.partition("が同じレコードを")[0]
        for sentence in describe_model(shipped_model(entity), "ja")
        if "が同じレコードを" in sentence
    ]
    assert len(compared) == len(shipped_model(entity).blocking)
    assert not [columns for columns in compared if re.search("[A-Za-z_]", columns)]


def test_in_english_a_rule_says_what_records_share() -> None:
    sentences = describe_model(shipped_model(Entity.PERSON), "en")
    assert "Records that share telephone are compared, 60 of them at most (telephone)." in sentences


def test_in_japanese_rules_name_their_fields_in_japanese() -> None:
    sentences = describe_rules(shipped_rules(), "ja")
    assert "個人の生年月日: 信頼する情報源、次に最も多い、次に最も新しい。" in sentences
    assert "組織の名称" in "".join(sentences)
    assert not [line for line in sentences if re.search("[A-Za-z_]", line)]


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            "en",
            "person phones: own, then most recent; sources are trusted in the order shop, erp; "
            "not by line; the best 3 survive.",
        ),
        (
            "ja",
            "個人の電話: 本人専用、次に最も新しい。信頼する順は shop、erp。line の値は使わない。"
            "上位 3 件を採用。",
        ),
    ],
)
def test_rules_tell_whom_they_trust_whom_they_ignore_and_how_many_survive(
    language: Literal["en", "ja"], says: str
) -> None:
    rule = "{criteria: [own, most_recent], trust: [shop, erp], ignore: [line], keep: 3}"
    text = f"version: ours\nperson:\n  phones: {rule}\norganization:\n  name: [longest]\n"
    assert says in describe_rules(parse_rules(text, "ours.yaml"), language)
