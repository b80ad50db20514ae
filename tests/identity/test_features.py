from datetime import UTC, datetime

import pytest

from daifuku.records import Address, Entity, Identifier
from identity.features import features, to_json, with_key
from identity.features_json import from_json
from identity.normalize.types import PersonName
from tests.support.parties import company, person, random_people


def test_features_survive_storage() -> None:
    for item in random_people(50, seed=4):
        assert from_json(item.key, item.entity, to_json(item)) == item


def test_a_full_record_survives_storage() -> None:
    record = person(
        "a",
        name="田中健太",
        name_kana="タナカ ケンタ",
        display_name="けんた",
        birth_date="平成元年1月8日",
        gender="男性",
        organization="㈱アクメ",
        emails=("kenta@mail.example.jp",),
        phones=("03-1234-5678 内線12",),
        addresses=(Address(text="東京都新宿区西新宿2-8-1"),),
        identifiers=(Identifier("customer_number", "Ｃ１"),),
    )
    seen = features(record)
    assert (seen.birth_date, seen.gender, seen.company.core) == ("1989-01-08", "m", "アクメ")
    assert seen.identifiers == (("customer_number", "C1"),)
    assert from_json(seen.key, seen.entity, to_json(seen)) == seen


def test_a_display_name_that_is_the_name_is_no_alias() -> None:
    assert not features(person("a", name="田中健太", display_name="田中 健太")).alias.full


def test_what_a_source_observed_later_changes_no_digest() -> None:
    early, late = (
        person("a", name="田中健太"),
        person(
            "a", name="田中健太", observed_at=datetime(2027, 1, 1, tzinfo=UTC), job_title="部長"
        ),
    )
    assert features(early).digest == features(late).digest


def test_entities_do_not_share_a_digest() -> None:
    assert features(person("a")).digest != features(company("a")).digest


def test_features_can_be_given_another_key() -> None:
    one, other = features(person("a", name="田中健太")), person("b").key
    assert with_key(one, other).key == other
    assert with_key(one, other).digest == one.digest
    assert one.entity is Entity.PERSON


@pytest.mark.parametrize("nobody", ["不明", "Unknown", "テスト", "ゲスト", "N/A"])
def test_a_name_that_names_nobody_is_none(nobody: str) -> None:
    assert features(person("a", name=nobody)).name == PersonName()
