"""Which name of a person or company survives, and how it is shown."""

from datetime import timedelta

import pytest

from daifuku.records import GoldenField, MappedRecord, RecordKey
from identity.survivorship.survive import DERIVED, survive
from tests.support.parties import AT, company, person


def said(source: str, day: int = 0, **fields: object) -> MappedRecord:
    key = RecordKey(source, "people", str(day))
    return person(key, observed_at=AT + timedelta(days=day), **fields)


def name_of(*records: MappedRecord) -> str:
    return str(survive(records)["name"].value)


def values(*records: MappedRecord) -> dict[str, str]:
    return {name: field.value for name, field in survive(records).items()}


@pytest.mark.parametrize(
    ("name", "family", "given"),
    [
        ("山田太郎", "山田", "太郎"),
        ("髙橋　一郎 様", "髙橋", "一郎"),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ", "タロウ"),
        ("Taro Yamada", "Yamada", "Taro"),
        ("Dr. José García", "García", "José"),
    ],
)
def test_parts_follow_from_a_whole_name(name: str, family: str, given: str) -> None:
    golden = survive([said("mail", name=name)])
    assert (golden["family_name"].value, golden["given_name"].value) == (family, given)
    assert {golden["family_name"].rule, golden["given_name"].rule} == {DERIVED}
    assert golden["name"].rule != DERIVED


def test_a_whole_name_follows_from_its_parts() -> None:
    record = said(
        "form", family_name="山田", given_name="太郎", family_kana="やまだ", given_kana="ﾀﾛｳ"
    )
    golden = survive([record])
    assert golden["name"] == GoldenField("山田 太郎", record.key, AT, DERIVED)
    assert golden["name_kana"].value == "ヤマダ タロウ"
    assert golden["family_kana"].rule != DERIVED
    assert name_of(said("erp", family_name="Yamada", given_name="Taro")) == "Taro Yamada"


@pytest.mark.parametrize("name", ["ゆるり茶房", "斎藤ゞ", "金ヽ"])
def test_a_name_that_cannot_be_split_has_no_parts(name: str) -> None:
    assert values(said("mail", name=name)) == {"name": name}


@pytest.mark.parametrize(
    "name",
    ["山田 太郎様", "山田　太郎 さん", "山田太郎（総務）", "山田 太郎 ", "山田\u3000太郎 殿"],
)
def test_honorifics_and_odd_spaces_are_no_part_of_a_name(name: str) -> None:
    assert name_of(said("erp", name=name)) == "山田 太郎"


@pytest.mark.parametrize("name", ["不明", "様", "お客様", "unknown"])
def test_who_is_not_known_has_no_name(name: str) -> None:
    assert "name" not in survive([said("erp", name=name)])
    assert name_of(said("erp", name=name), said("mail", name="山田太郎")) == "山田 太郎"


def test_a_whole_name_survives_before_a_surname() -> None:
    assert name_of(said("a", 2, name="大島"), said("b", 1, name="大島健太")) == "大島 健太"


def test_the_usual_writing_of_a_name_is_shown() -> None:
    records = [said(source, name="島田健太") for source in ("erp", "mail")]
    assert name_of(*records, said("form", 9, name="嶋田健太")) == "島田 健太"


def test_of_two_writings_the_one_that_is_a_surname_is_shown() -> None:
    records = [said(source, name="佐籐健太") for source in ("erp", "mail")]
    assert name_of(*records, said("form", 9, name="佐藤健太")) == "佐藤 健太"


def test_a_name_from_abroad_survives_in_its_own_script() -> None:
    kana, latin = (
        said("mail", 2, name="ロバート・スミス"),
        said("erp", 1, name="Robert Smith", name_kana="スミス ロバート"),
    )
    assert values(kana, latin)["name"] == "Robert Smith"
    assert values(kana, latin)["name_kana"] == "スミス ロバート"


def test_a_family_name_given_up_is_a_former_one() -> None:
    before = [said("erp", 1, name="熊田美咲"), said("mail", 2, name="熊田 美咲")]
    assert name_of(*before, said("form", 9, name="松井 美咲")) == "松井 美咲"
    again = said("scm", 10, name="熊田美咲")
    assert name_of(*before, said("form", 9, name="松井 美咲"), again) == "熊田 美咲"


def test_a_slip_of_the_hand_is_no_new_name() -> None:
    usual = [said("erp", 1, name="伊藤美咲"), said("mail", 2, name="伊藤美咲")]
    assert name_of(*usual, said("form", 9, name="伊東美咲")) == "伊藤 美咲"


def test_a_company_goes_by_its_registered_name() -> None:
    records = [
        company("a", name="アクメ商事 大阪支店"),
        company("b", name="カ）アクメショウジ"),
        company("c", name="Acme Trading Co., Ltd."),
        company("d", name="㈱　アクメ商事"),
    ]
    assert name_of(*records) == "株式会社アクメ商事"


def test_an_employer_is_shown_as_a_company() -> None:
    field = survive(
        [said("mail", 1, organization="(株)アクメ"), said("erp", 2, organization="㈱アクメ")]
    )
    assert (field["organization"].value, field["organization"].losers) == ("株式会社アクメ", ())
