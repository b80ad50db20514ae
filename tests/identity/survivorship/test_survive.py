import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daifuku.errors import ModelError
from daifuku.records import Address, Consent, Identifier, LostValue, MappedRecord, RecordKey
from identity.survivorship.rules import SHIPPED, SurvivorshipRules, load_rules, shipped_rules
from identity.survivorship.survive import Pin, survive
from tests.support.parties import AT, company, person


def said(source: str, day: int = 0, **fields: object) -> MappedRecord:
    key = RecordKey(source, "people", str(day))
    return person(key, observed_at=AT + timedelta(days=day), **fields)


def test_the_value_more_sources_say_survives_and_the_others_are_named() -> None:
    records = [
        said("erp", 1, birth_date="1980-01-02"),
        said("form", 2, birth_date="昭和55年1月2日"),
        said("line", 3, birth_date="1980-01-03"),
    ]
    field = survive(records)["birth_date"]
    assert (field.value, field.source) == ("1980-01-02", records[1].key)
    lost = LostValue("1980-01-03", records[2].key, records[2].observed_at, "most_frequent")
    assert field.losers == (lost,)
    assert "most_frequent" in field.rule


def test_a_thousand_mails_are_one_source() -> None:
    mails = [said("mail", day, name="大島") for day in range(1000)]
    field = survive([*mails, said("erp", 1, name="大島健太"), said("form", 1, name="大島　健太")])[
        "name"
    ]
    assert field.value == "大島 健太"


def test_a_trusted_source_wins_over_many() -> None:
    records = [said("form", 1, gender="m"), said("mail", 2, gender="m"), said("erp", 0, gender="f")]
    assert survive(records)["gender"].value == "m"
    assert survive(records, shipped_rules().trusting("erp"))["gender"].value == "f"


def test_kanji_survives_before_kana_and_romaji_and_its_reading_joins_it() -> None:
    records = [
        said("a", 3, name="Kenta Oshima"),
        said("b", 2, name="オオシマ ケンタ"),
        said("c", 1, family_name="大島", given_name="健太"),
        said("d", 0, name="大島健太", name_kana="オオシマ ケンタ"),
    ]
    golden = survive(records)
    assert golden["family_name"].value == "大島"
    assert golden["name_kana"].value == "オオシマ ケンタ"


def test_no_name_is_made_of_two() -> None:
    records = [
        said("a", 1, family_name="田中", given_name="美咲"),
        said("b", 2, family_name="大島"),
    ]
    golden = survive(records)
    assert {golden[part].source for part in ("family_name", "given_name") if part in golden} in (
        {records[0].key},
        {records[1].key},
    )


def test_values_equal_after_normalisation_count_as_one() -> None:
    records = [
        said("a", 1, phones=("03-1234-5678",)),
        said("b", 2, phones=("０３（１２３４）５６７８",)),
    ]
    assert survive(records)["phones"].value == ("+81312345678",)


def test_many_valued_fields_keep_all_best_first() -> None:
    records = [
        said("a", 1, emails=("old@mail.example.jp", "info@acme-shokai.example")),
        said("b", 2, emails=("new@mail.example.jp",)),
    ]
    field = survive(records)["emails"]
    assert field.value == ("new@mail.example.jp", "old@mail.example.jp", "info@acme-shokai.example")
    assert field.losers == (
        LostValue("old@mail.example.jp", records[0].key, records[0].observed_at, "most_recent"),
        LostValue("info@acme-shokai.example", records[0].key, records[0].observed_at, "own"),
    )


def test_of_consents_the_last_word_per_purpose_holds() -> None:
    records = [
        said("a", 1, consents=(Consent("marketing_email", True), Consent("calls", True))),
        said("b", 2, consents=(Consent("marketing_email", False),)),
    ]
    granted = {item.purpose: item.granted for item in survive(records)["consents"].value}
    assert granted == {"marketing_email": False, "calls": True}


def test_a_pin_wins_and_names_what_it_beat() -> None:
    record = said("a", 1, gender="m")
    field = survive([record], pins=[Pin("gender", "f", AT, by="steward")])["gender"]
    assert (field.value, field.rule, field.source.source) == ("f", "pin", "steward")
    assert field.losers == (LostValue("m", record.key, record.observed_at, "pin"),)


def test_the_order_of_records_does_not_matter() -> None:
    chance = random.Random(0)
    records = [
        said(
            f"s{i % 4}",
            i % 3,
            name=chance.choice(["大島健太", "大島 健太", "K. Oshima"]),
            addresses=(Address(text=f"東京都新宿区西新宿2-8-{i % 2 + 1}"),),
            identifiers=(Identifier("customer_number", str(i % 2)),),
        )
        for i in range(12)
    ]
    assert survive(chance.sample(records, 12)) == survive(records)


def test_an_organisation_keeps_the_number_whose_check_digit_holds() -> None:
    records = [
        company("a", name="㈱アクメ", corporate_number="7000012050003"),
        company("b", name="株式会社アクメ", corporate_number="7000012050002"),
    ]
    golden = survive(records)
    assert golden["corporate_number"].value == "7000012050002"
    assert golden["name"].losers == ()


def test_a_field_nobody_speaks_of_is_absent() -> None:
    assert "phones" not in survive([said("a", name="大島健太")])


@pytest.mark.parametrize(
    ("was", "is_now", "says"),
    [
        ("[most_recent]", "[most_pretty]", "'most_pretty' is not known"),
        ("  gender:", "  shoe_size:", "'shoe_size' is not known"),
        ("[most_recent]", "[]", "has no criterion"),
        ("[most_recent]", "[most_recent, most_recent]", "asked twice"),
        ("[most_recent]", "{trust: [erp]}", "'criteria' is missing"),
        ("[most_recent]", "{criteria: [longest], keep: 1}", "'keep' is not known"),
        ("trust: []", "trust: [erp, erp]", "stands here twice"),
        ("facts: [name", "facts: [emails", "'emails' is not known"),
    ],
)
def test_a_fault_in_the_rules_is_named(tmp_path: Path, was: str, is_now: str, says: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(SHIPPED.read_text(encoding="utf-8").replace(was, is_now, 1), encoding="utf-8")
    with pytest.raises(ModelError, match=says):
        load_rules(file)


def rules_with(tmp_path: Path, was: str, is_now: str) -> SurvivorshipRules:
    file = tmp_path / "rules.yaml"
    file.write_text(SHIPPED.read_text(encoding="utf-8").replace(was, is_now, 1), encoding="utf-8")
    return load_rules(file)


def test_a_source_may_be_trusted_with_one_field_more_than_with_others(tmp_path: Path) -> None:
    gender = "[source_trust, most_frequent, most_recent]\n  organization"
    named = "{criteria: [source_trust, most_recent], trust: [form]}\n  organization"
    rules = rules_with(tmp_path, gender, named).trusting("erp")
    records = [
        said("erp", 1, gender="m", birth_date="1980-01-02"),
        said("form", 0, gender="f", birth_date="1980-01-03"),
    ]
    golden = survive(records, rules)
    assert (golden["gender"].value, golden["birth_date"].value) == ("f", "1980-01-02")


def test_a_source_that_is_ignored_has_no_say_in_the_field(tmp_path: Path) -> None:
    ignoring = "job_title: {criteria: [most_recent], ignore: [mail]}"
    rules = rules_with(tmp_path, "job_title:        [most_recent]", ignoring)
    records = [said("erp", 0, job_title="部長"), said("mail", 5, job_title="営業")]
    field = survive(records, rules)["job_title"]
    assert (field.value, field.losers) == ("部長", ())
    assert "job_title" not in survive(records[1:], rules)


@pytest.mark.parametrize(("keep", "survive_to"), [("2", 2), ("all", 3)])
def test_of_many_values_as_many_survive_as_are_kept(
    tmp_path: Path, keep: str, survive_to: int
) -> None:
    was = "emails:           [source_trust, own, most_frequent, most_recent]"
    is_now = f"emails: {{criteria: [most_recent], keep: {keep}}}"
    records = [said("a", day, emails=(f"m{day}@mail.example.jp",)) for day in range(3)]
    field = survive(records, rules_with(tmp_path, was, is_now))["emails"]
    assert len(field.value) == survive_to
    assert [lost.value for lost in field.losers] == ["m1@mail.example.jp", "m0@mail.example.jp"]


def test_times_are_compared_as_instants() -> None:
    utc = person(
        RecordKey("a", "s", "1"), observed_at=datetime(2026, 1, 1, tzinfo=UTC), job_title="x"
    )
    assert survive([utc])["job_title"].observed_at == utc.observed_at
