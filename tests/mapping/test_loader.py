"""Faults of a mapping: each is told with its line, its key and the way out."""

import pytest

from daifuku.errors import MappingError
from mapping.loader import check_mapping, load_mapping
from tests.support.mapping import stream_mapping


def only_fault(text: str) -> tuple[str, str, str]:
    (fault,) = check_mapping(text, "m.yaml")
    return fault.where, fault.field, f"{fault.message} {fault.hint}"


def in_stream(body: str) -> tuple[str, str, str]:
    """The only fault of a stream's body, its lines counted from the body's first."""
    where, field, text = only_fault(stream_mapping(body))
    return f"line {int(where.rpartition(':')[2]) - 4}", field.removeprefix("streams.people."), text


def in_fields(fields: str) -> tuple[str, str]:
    _, field, text = in_stream(f"records: [{{entity: person, fields: {fields}}}]")
    return field.removeprefix("records[0].fields."), text


def test_a_misspelt_field_is_told_with_line_key_and_nearest_word() -> None:
    body = """
    records:
      - entity: person
        fields:
          emials: [mail]
    """
    line, field, text = in_stream(body)
    assert (line, field) == ("line 4", "records[0].fields.emials")
    assert "Did you mean 'emails'?" in text


@pytest.mark.parametrize(
    ("fields", "field", "told"),
    [
        ("{name: {path: a, apply: [phon_text]}}", "name.apply[0]", "phone_text"),
        ("{name: {path: a, apply: [{split: {on: x}}]}}", "name.apply[0]", "Known: at."),
        ("{name: {path: a, apply: [regex]}}", "name.apply[0]", "needs the option 'pattern'"),
        ("{name: a..b}", "name", "is not a path"),
        ("{name: 'a[x]'}", "name", "is not a path"),
        ("{name: 1}", "name", "{const: ...}"),
        ("{name: '@idd'}", "name", "@id"),
        ("{name: {cnst: a}}", "name", "Did you mean 'const'?"),
        ("{name: {path: a, defalt: 1}}", "name.defalt", "Did you mean 'default'?"),
        ("{name: {path: a, default: b}}", "name.default", "{const: ...}"),
        ("{addresses: [{zip: a}]}", "addresses[0].zip", "postal_code"),
        ("{identifiers: [{value: a}]}", "identifiers[0]", "'scheme' is missing"),
        ("{name: {when: {path: a}, then: b}}", "name.when", "exactly one comparison"),
        ("{name: {when: {path: a, matches: '('}, then: b}}", "name.when.matches", "regular"),
    ],
)
def test_a_wrong_value_is_told(fields: str, field: str, told: str) -> None:
    found, text = in_fields(fields)
    assert found == field
    assert told in text


@pytest.mark.parametrize(
    ("body", "field", "told"),
    [
        ("records: [{entity: person}]", "records[0]", "'fields' is missing"),
        ("records: [{entity: persn, fields: {name: a}}]", "records[0].entity", "'person'"),
        (
            "records: [{entity: organization, fields: {family_name: a}}]",
            "records[0].fields.family_name",
            "An organization has no",
        ),
        ("records: [{entity: person, each: a, fields: {name: a}}]", "records[0]", "'id' is needed"),
        ("records: [{entity: person, fields: {name: a}}, {entity: person, fields: {name: b}}]",
         "records", "'part'"),
        ("empty: ignore", "", "neither records nor interactions"),
        ("{ignore: true, records: [{entity: person, fields: {name: a}}]}", "", "maps nothing"),
        ("interactions: [{of: {part: x}, channel: a, kind: a, at: a}]", "interactions[0].of",
         "part 'x'"),
        ("interactions: [{of: {stream: s, id: a}, channel: a, kind: a, at: a}]",
         "interactions[0].of", "no stream 's'"),
        ("interactions: [{channel: a, kind: a, at: a}]", "interactions[0]", "'of' is missing"),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_told(body: str, field: str, told: str) -> None:
    _, found, text = in_stream(body)
    assert found.removeprefix("streams.people") == field
    assert told in text


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("version: 1\nstreams: [", 2, "not YAML"),
        ("a: &x [1]\nb: *x", 2, "Aliases"),
        ("a: !!python/object:os.system x", 1, "Tags"),
        ("a: 1\nb: \x00", 2, "not allowed in YAML"),
        ("[" * 100, 1, "nested"),
        ("", 1, "empty"),
        ("- 1\n---\n- 2", 2, "more than one document"),
        ("? [a]\n: b", 1, "key must be a word"),
        ('"\\UFFFFFFFF"', 1, "escape"),
        ("a" * 300_001, 1, "more than 300,000 characters"),
    ],
)
def test_a_broken_file_is_one_clear_fault(text: str, line: int, told: str) -> None:
    where, _, message = only_fault(text)
    assert where == f"m.yaml:{line}"
    assert told in message


def test_all_faults_are_told_by_line_and_the_first_is_raised() -> None:
    text = (
        "version: 2\nconnector: c\nversion: 1\nstreams:\n  a: {ignore: yes}\n  b: {ignor: true}\n"
    )
    faults = check_mapping(text, "m.yaml")
    assert [fault.where for fault in faults] == ["m.yaml:3", "m.yaml:5", "m.yaml:6", "m.yaml:6"]
    with pytest.raises(MappingError) as raised:
        load_mapping(text, where="m.yaml")
    assert (raised.value.where, raised.value.field) == ("m.yaml:3", "version")


def test_the_digest_follows_the_text() -> None:
    body = stream_mapping("ignore: true")
    assert load_mapping(body).digest == load_mapping(body).digest
    assert load_mapping(body).digest != load_mapping(body + "\n").digest
