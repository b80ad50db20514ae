"""A table of customers is understood from its column names and a few rows."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daifuku.errors import MappingError
from daifuku.records.mapped import Address, Entity, Identifier, MappedRecord, MappingResult
from mapping.engine import apply_mapping
from mapping.loader import check_mapping, load_mapping
from mapping.suggest import suggest
from tests.support.mapping import source_record
from tests.support.payloads import values


def target_of(column: str, *held: Any) -> str:
    """What a column is taken for, in a table that has a name beside it."""
    suggestion = suggest(["宛名", column], [{column: value} for value in held])
    return suggestion.columns[1].target


def record_of(row: dict[str, Any]) -> MappedRecord:
    """The record that a row gives under the mapping suggested for a table of that row alone."""
    suggestion = suggest(list(row), [row])
    result = apply_mapping(load_mapping(suggestion.to_yaml()), source_record(row))
    assert isinstance(result, MappingResult), result
    (record,) = result.records
    return record


@pytest.mark.parametrize(
    ("column", "target"),
    [
        ("氏名", "name"),
        ("お名前（必須）", "name"),
        ("担当者名", "name"),
        ("姓", "family_name"),
        ("Last Name", "family_name"),
        ("surname", "family_name"),
        ("firstName", "given_name"),
        ("given_name", "given_name"),
        ("ふりがな", "name_kana"),
        ("氏名（カナ）", "name_kana"),
        ("セイ", "family_kana"),
        ("姓（フリガナ）", "family_kana"),
        ("メイ", "given_kana"),
        ("会社名", "organization"),
        ("Company", "organization"),
        ("部署名", "department"),
        ("役職", "job_title"),
        ("電話番号", "phones"),
        ("ＴＥＬ", "phones"),
        ("携帯電話番号2", "phones"),
        ("Mobile Phone", "phones"),
        ("FAX", "ignore"),
        ("FAX番号", "ignore"),
        ("e-mail", "emails"),
        ("Eメールアドレス", "emails"),
        ("連絡先メールアドレス", "emails"),
        ("〒", "address.postal_code"),
        ("郵便番号", "address.postal_code"),
        ("postcode", "address.postal_code"),
        ("都道府県", "address.region"),
        ("state", "address.region"),
        ("市区町村", "address.city"),
        ("suburb", "address.city"),
        ("番地", "address.street"),
        ("street_number", "address.number"),
        ("建物名", "address.building"),
        ("住所1", "address.line"),
        ("address_1", "address.line"),
        ("勤務先住所", "address.text"),
        ("生年月日", "birth_date"),
        ("dob", "birth_date"),
        ("date_of_birth", "birth_date"),
        ("性別", "gender"),
        ("顧客番号", "identifier.customer_number"),
        ("soc_sec_id", "identifier.soc_sec_id"),
        ("法人番号", "corporate_number"),
        ("登録日", "ignore"),
        ("更新日", "observed_at"),
        ("メルマガ", "consent"),
        ("配信停止", "no_consent"),
        ("cluster", "ignore"),
        ("備考", "ignore"),
    ],
)
def test_a_columns_name(column: str, target: str) -> None:
    assert target_of(column) == target


@pytest.mark.parametrize(
    ("held", "target"),
    [
        (["a@example.com", "b@example.jp", None], "emails"),
        (["03-1234-5678", "090 1234 5678", "+81312345678"], "phones"),
        (["6000012050003", "7000012050002"], "corporate_number"),
        (["100-0001", "〒530-0001"], "address.postal_code"),
        (["東京都", "北海道", "神奈川県"], "address.region"),
        (["大福商事㈱", "Daifuku Trading Inc."], "organization"),
        (["1980-01-31", "S60.3.1"], "birth_date"),
        (["2024-01-31", "2024-02-01"], "ignore"),
        (["red", "blue"], "ignore"),
        (["1234567890", "1234567891"], "ignore"),
    ],
)
def test_a_columns_values_where_its_name_says_nothing(held: list[Any], target: str) -> None:
    assert target_of("c1", *held) == target


def test_a_name_is_not_believed_when_no_value_fits() -> None:
    assert target_of("mail", "yes", "no", "yes") == "ignore"
    assert target_of("title", "Mr", "Mrs", "Dr") == "ignore"


def test_a_japanese_table_of_persons() -> None:
    row = {
        "顧客番号": 1001, "会社名": "大福商事", "氏名": "山田　花子", "フリガナ": "ヤマダ　ハナコ",
        "〒": "100-0001", "都道府県": "東京都", "市区町村": "千代田区", "番地": "1-1",
        "建物名": "大福ビル",
        "電話番号": "03-0000-0000", "携帯": "090-0000-0000", "FAX": "03-0000-0001",
        "メールアドレス": "h@example.com", "生年月日": "S60.3.1", "性別": "女",
    }  # fmt: skip
    record = record_of(row)
    assert record.entity is Entity.PERSON
    assert (record.name, record.name_kana) == ("山田　花子", "ヤマダ　ハナコ")
    assert (record.organization, record.birth_date, record.gender) == (
        "大福商事",
        "S60.3.1",
        "female",
    )
    assert record.phones == ("03-0000-0000", "090-0000-0000")
    assert record.addresses == (Address("", "100-0001", "東京都", "千代田区", "1-1", "大福ビル"),)
    assert record.identifiers == (Identifier("customer_number@src", "1001"),)


def test_a_row_of_persons_that_names_only_a_company_is_an_organisation() -> None:
    rows = [{"会社名": "大福商事", "氏名": "山田 花子"}, {"会社名": "大福商事", "氏名": ""}]
    mapping = load_mapping(suggest(["会社名", "氏名"], rows).to_yaml())
    results = [apply_mapping(mapping, source_record(row)) for row in rows]
    records = [r.records[0] for r in results if isinstance(r, MappingResult)]
    assert [record.entity for record in records] == [Entity.PERSON, Entity.ORGANIZATION]
    assert records[1].name == "大福商事"


def test_names_of_both_kinds_in_one_column_are_told_apart_by_the_legal_form() -> None:
    rows = [{"顧客名": "山田 花子"}, {"顧客名": "大福商事株式会社"}, {"顧客名": "佐藤 太郎"}]
    mapping = load_mapping(suggest(["顧客名"], rows).to_yaml())
    results = [apply_mapping(mapping, source_record(row)) for row in rows]
    entities = [r.records[0].entity for r in results if isinstance(r, MappingResult)]
    assert entities == [Entity.PERSON, Entity.ORGANIZATION, Entity.PERSON]


def test_a_table_of_organisations() -> None:
    record = record_of(
        {"取引先名": "大福商事", "住所1": "東京都千代田区", "住所2": "1-1", "TEL": "03-1"}
    )
    assert (record.entity, record.name) == (Entity.ORGANIZATION, "大福商事")
    assert record.addresses == (Address("東京都千代田区 1-1"),)


def test_a_western_table_in_parts() -> None:
    row = {
        "rec_id": "rec-1", "given_name": "jo", "surname": "roe", "street_number": "8",
        "address_1": "stanley street", "address_2": "unit 2", "suburb": "hills",
        "postcode": "4223", "state": "nsw", "date_of_birth": "19151111", "soc_sec_id": "6988048",
    }  # fmt: skip
    record = record_of(row)
    assert (record.given_name, record.family_name, record.birth_date) == ("jo", "roe", "19151111")
    assert record.addresses == (Address("", "4223", "nsw", "hills", "8 stanley street", "unit 2"),)
    assert record.identifiers == (Identifier("soc_sec_id", "6988048"),)
    assert suggest(list(row), [row]).id_column == "rec_id"


def test_a_name_beside_a_surname_is_a_given_name() -> None:
    record = record_of({"name": "Jo", "surname": "Roe"})
    assert (record.given_name, record.family_name, record.name) == ("Jo", "Roe", None)


def test_billing_and_shipping_addresses_stay_apart() -> None:
    record = record_of({"name": "x", "billing_city": "A", "billing_zip": "1", "shipping_city": "B"})
    assert record.addresses == (Address(postal_code="1", city="A"), Address(city="B"))


def test_an_id_column_that_repeats_is_none() -> None:
    rows = [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}]
    assert suggest(["id", "name"], rows).id_column is None


def test_overrides_win_and_are_checked() -> None:
    suggestion = suggest(["c1", "name"], [], overrides={"c1": "emails", "name": "ignore"})
    assert [guess.target for guess in suggestion.columns] == ["emails", "ignore"]
    with pytest.raises(MappingError, match="Did you mean 'emails'"):
        suggest(["c1", "name"], [], overrides={"c1": "emial"})
    with pytest.raises(MappingError, match="no column 'c2'"):
        suggest(["c1", "name"], [], overrides={"c2": "emails"})


def test_a_table_that_names_nobody_is_refused() -> None:
    with pytest.raises(MappingError, match="who a row is"):
        suggest(["量", "色"], [{"量": 1, "色": "red"}])


@settings(max_examples=40)
@given(
    st.lists(st.text(st.characters(exclude_categories=()), max_size=12), max_size=5, unique=True),
    values(),
)
def test_any_columns_give_a_mapping_that_loads_and_maps(columns: list[str], value: Any) -> None:
    row = {"name": "x", **dict.fromkeys(columns, value)}
    text = suggest([*columns, "name"], [row]).to_yaml()
    assert check_mapping(text) == ()
    apply_mapping(load_mapping(text), source_record(row))


@settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=8))
def test_a_column_of_any_name_is_read(column: str) -> None:
    text = suggest([column], [], overrides={column: "emails"}).to_yaml()
    result = apply_mapping(load_mapping(text), source_record({column: "a@example.com"}))
    assert isinstance(result, MappingResult)
    assert result.records[0].emails == ("a@example.com",)
