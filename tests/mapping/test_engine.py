"""How values, conditions, records and interactions read a source record."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from daifuku.records.mapped import Address, Consent, Entity, Identifier, MappingResult, Relation
from daifuku.records.source import RecordKey, SourceRecord
from mapping.engine import apply_mapping
from mapping.loader import load_mapping
from tests.support.mapping import (
    FETCHED_AT,
    apply,
    interaction,
    mapped,
    person,
    rejected,
    source_record,
    stream_mapping,
)


@pytest.mark.parametrize(
    ("value", "data", "name"),
    [
        ("a", {"a": "　山田\t花子\u200b "}, "山田 花子"),
        ("a.b", {"a": {"b": "x"}}, "x"),
        ("'a[1].b'", {"a": [{}, {"b": "x"}]}, "x"),
        ("'a[-1]'", {"a": ["x", "y"]}, "y"),
        ("'\"a.b\".c'", {"a.b": {"c": "x"}}, "x"),
        ("氏名", {"氏名": "山田"}, "山田"),
        ("First Name", {"First Name": "x"}, "x"),
        ("'@id'", {}, "1"),
        ("$.a", {"a": "x"}, "x"),
        ("a", {"a": 12.0}, "12"),
        ("a", {"a": "\ud800x"}, "\ufffdx"),
        ("{first: [a, b, c]}", {"a": " ", "b": "x", "c": "y"}, "x"),
        ("{first: ['a[*].b', c]}", {"a": [{"b": None}, {"b": "x"}]}, "x"),
        ("{join: [a, b, c], with: '・'}", {"a": "x", "c": "y"}, "x・y"),
        ("{const: x}", {}, "x"),
        ("{when: {path: a, equals: 1}, then: b, else: c}", {"a": "1", "b": "x"}, "x"),
        ("{when: {path: a, equals: 1}, then: b, else: c}", {"a": 2, "c": "x"}, "x"),
        ("{path: a, default: {const: x}}", {"a": ""}, "x"),
        ("{path: a, apply: [digits], default: 7}", {"a": "none"}, "7"),
        ("{path: a, apply: [date], unreadable: absent, default: 7}", {"a": "?"}, "7"),
        ("{path: a, default: {path: b}}", {"b": "x"}, "x"),
    ],
)  # fmt: skip
def test_values(value: str, data: dict[str, Any], name: str) -> None:
    assert person(f"{{name: {value}}}", data).name == name


def test_each_gives_the_values_of_elements_that_pass() -> None:
    data = {
        "ways": [{"t": "email", "v": "a@b"}, {"t": "phone", "v": "1"}, {"t": "email", "v": "c@d"}]
    }
    fields = "{emails: {each: ways, when: {path: t, equals: email}, value: v}}"
    assert person(fields, data).emails == ("a@b", "c@d")


def test_a_list_field_takes_values_and_lists_each_text_once() -> None:
    fields = "{phones: [a, 'b[*]', {path: c, apply: [split]}]}"
    data = {"a": "1", "b": ["2", "", "1"], "c": "3;4"}
    assert person(fields, data).phones == ("1", "2", "3", "4")


def test_objects() -> None:
    fields = """{
        addresses: [line, {postal_code: zip, country: land}, {country: land},
                    {each: more, when: {path: x, exists: true}, fields: {city: x, street: ^.line}}],
        identifiers: [{scheme: {const: a}, value: id}, {scheme: {const: b}, value: nil}],
        consents: [{purpose: {const: mail}, granted: ok, at: {path: on, apply: [datetime]}}]}"""
    data = {
        "line": "東京",
        "zip": "1",
        "land": "日本",
        "more": [{"x": "大阪"}, {}],
        "id": 7,
        "ok": "いいえ",
    }
    record = person(fields.replace("\n", " "), {**data, "on": "2024-01-02"})
    assert record.addresses == (
        Address(text="東京"),
        Address(postal_code="1", country="JP"),
        Address(city="大阪", street="東京"),
    )
    assert record.identifiers == (Identifier("a", "7"),)
    assert record.consents == (Consent("mail", granted=False, at="2024-01-02T00:00:00+00:00"),)


@pytest.mark.parametrize(
    ("condition", "holds", "fails"),
    [
        ("{path: a, equals: x}", [{"a": " x"}, {"a": ["y", "x"]}], [{"a": "X"}, {}]),
        ("{path: a, equals: true}", [{"a": True}, {"a": 1}], [{"a": 0}, {"a": None}]),
        ("{path: a, equals: 0}", [{"a": 0}, {"a": "0"}, {"a": False}], [{"a": ""}, {"a": 1}]),
        ("{path: a, in: [x, 1]}", [{"a": "x"}, {"a": 1}], [{"a": "z"}]),
        ("{path: a, exists: true}", [{"a": 0}, {"a": False}], [{"a": " "}, {"a": []}, {}]),
        ("{path: a, exists: false}", [{}], [{"a": "x"}]),
        ("{path: a, matches: '^x'}", [{"a": "xy"}], [{"a": "yx"}, {"a": {"x": 1}}]),
        ("{not: {path: a, equals: x}}", [{}], [{"a": "x"}]),
        ("{all: [{path: a, equals: x}, {path: b, equals: 1}]}", [{"a": "x", "b": 1}], [{"a": "x"}]),
        ("{any: [{path: a, equals: x}, {path: b, equals: y}]}", [{"a": "x"}], [{}]),
    ],
)  # fmt: skip
def test_conditions(condition: str, holds: list[Any], fails: list[Any]) -> None:
    fields = f"{{name: {{when: {condition}, then: {{const: yes}}, else: {{const: no}}}}}}"
    assert [person(fields, data).name for data in holds] == ["yes"] * len(holds)
    assert [person(fields, data).name for data in fails] == ["no"] * len(fails)


def test_parts_have_keys_of_their_own_and_relations_between_them() -> None:
    body = """
    records:
      - {entity: organization, part: company, fields: {name: company}}
      - entity: person
        part: contact
        each: contacts
        id: mail
        fields: {name: name, emails: mail}
        relations:
          - {kind: works_at, to: {part: company}}
          - {kind: reports_to, to: {part: contact, part_id: boss}}
    """
    contacts = [{"name": "A", "mail": "a@x", "boss": "b@x"}, {"name": "B", "mail": "b@x"}]
    result = mapped(body, {"company": "大福", "contacts": [*contacts, contacts[0]]})
    key = source_record({}).key
    company, boss = key.with_part("company"), key.with_part("contact:b@x")
    assert [record.key for record in result.records] == [
        company,
        key.with_part("contact:a@x"),
        boss,
    ]
    assert result.records[1].relations == (
        Relation("works_at", company),
        Relation("reports_to", boss),
    )
    alone = mapped(body, {"contacts": contacts[1:]})
    assert alone.records[0].relations == ()


def test_the_entity_may_depend_on_the_record_and_organisations_drop_person_fields() -> None:
    body = """
    records:
      - entity: {when: {path: kind, equals: 法人}, then: organization, else: person}
        fields: {name: name, birth_date: born}
    """
    (company,) = mapped(body, {"kind": "法人", "name": "大福", "born": "2000-01-01"}).records
    assert (company.entity, company.birth_date) == (Entity.ORGANIZATION, None)
    (someone,) = mapped(body, {"name": "山田", "born": "2000-01-01"}).records
    assert (someone.entity, someone.birth_date) == (Entity.PERSON, "2000-01-01")


def test_of_two_entries_for_one_part_the_first_that_applies_makes_it() -> None:
    body = """
    records:
      - {entity: organization, when: {path: company, exists: true}, fields: {name: company}}
      - {entity: person, when: {path: name, exists: true}, fields: {name: name}}
    """
    (record,) = mapped(body, {"company": "大福", "name": "山田"}).records
    assert record.name == "大福"


def test_observed_at_is_the_sources_time_where_it_has_one() -> None:
    body = """
    records: [{entity: person, observed_at: {path: at, apply: [datetime]}, fields: {name: n}}]
    """
    (record,) = mapped(body, {"n": "x", "at": "2023-05-05"}).records
    assert record.observed_at == datetime(2023, 5, 5, tzinfo=UTC)
    assert mapped(body, {"n": "x"}).records[0].observed_at == FETCHED_AT


def test_an_interaction_with_everything() -> None:
    found = interaction(
        "at: {path: at, apply: [datetime]}, amount: amount, currency: {const: JPY}, subject: s,"
        "direction: {const: in}, items: {each: lines, fields: {sku: sku, quantity: n}},"
        "refs: {order: no, ticket: none}",
        {"at": "2024-01-02T03:04:05Z", "amount": "¥1,000", "s": "a\nb", "no": 9,
         "lines": [{"sku": "x", "n": 1}, {}]},
    )  # fmt: skip
    assert found.of == found.key == source_record({}).key
    assert found.at == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (found.amount, found.currency, found.subject) == (Decimal(1000), "JPY", "a b")
    assert (found.items, found.refs) == (({"sku": "x", "quantity": "1"},), {"order": "9"})


@pytest.mark.parametrize(
    ("fields", "data", "code", "field"),
    [
        ("{birth_date: {path: a, apply: [date]}}", {"a": "?"}, "not_a_date", "birth_date"),
        ("{name: a}", {"a": {"b": 1}}, "not_text", "name"),
        ("{name: a}", {"a": ["x", "y"]}, "not_text", "name"),
        ("{name: a, emails: b}", {"a": " "}, "nothing_mapped", None),
        (
            "{name: a, consents: {purpose: {const: p}, granted: b}}",
            {"a": "x", "b": "?"},
            "not_yes_or_no",
            "consents",
        ),
    ],
)
def test_rejections(fields: str, data: dict[str, Any], code: str, field: str | None) -> None:
    found = rejected(f"records: [{{entity: person, fields: {fields}}}]", data)
    assert (found.code, found.field) == (code, field)
    assert found.key == source_record({}).key


def test_an_interaction_without_its_time_or_party_is_rejected() -> None:
    body = """
    interactions: [{of: {id: who}, channel: {const: a}, kind: {const: b}, at: at}]
    records: [{entity: person, when: {path: never, exists: true}, fields: {name: n}}]
    """
    assert rejected(body, {"who": "2"}).field == "at"
    assert rejected(body, {"at": "2024-01-01"}).field == "of"


def test_a_stream_may_say_that_empty_is_fine() -> None:
    body = "{empty: ignore, records: [{entity: person, fields: {name: a}}]}"
    assert apply(body, {}) == MappingResult()


def test_ignored_unnamed_and_deleted() -> None:
    mapping = load_mapping(stream_mapping("ignore: true"))
    assert apply_mapping(mapping, source_record({})) == MappingResult()
    unnamed = apply_mapping(mapping, source_record({}, stream="other"))
    assert getattr(unnamed, "code", "") == "unmapped_stream"
    gone = SourceRecord(RecordKey("src", "other", "1"), {}, FETCHED_AT, deleted=True)
    assert apply_mapping(mapping, gone) == MappingResult()


def test_the_star_stream_stands_for_the_others() -> None:
    text = stream_mapping("records: [{entity: person, fields: {name: a}}]")
    mapping = load_mapping(text.replace("people:", '"*":'))
    result = apply_mapping(mapping, source_record({"a": "x"}, stream="anything"))
    assert isinstance(result, MappingResult)
    assert len(result.records) == 1
