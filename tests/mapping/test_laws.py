"""Laws of the engine: deterministic, total, and true to the canonical model."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daifuku.records.mapped import Address, Interaction, MappedRecord, MappingResult
from daifuku.records.source import RecordKey, RejectedRecord
from mapping.engine import apply_mapping
from mapping.loader import check_mapping, load_mapping
from mapping.transforms import TRANSFORMS
from mapping.unmappable import Unmappable
from tests.support.mapping import source_record, stream_mapping
from tests.support.payloads import payloads, values

EVERYTHING = load_mapping(
    stream_mapping(
        """
        records:
          - entity: {when: {path: f, equals: true}, then: person, else: organization}
            observed_at: {path: f, apply: [datetime], unreadable: absent}
            fields:
              name: a
              family_name: {path: a, apply: [{split_name: {part: family}}]}
              birth_date: {path: b, apply: [date]}
              emails: [{path: "c[*].d", apply: [email_text]}, {each: d, value: e}]
              phones: {first: [b, {join: [c, d], with: "-"}]}
              addresses: [e, {text: f, country: b}, {each: [c, d], fields: {city: ., street: ^.a}}]
              identifiers: {scheme: {const: x}, value: a}
              consents: {purpose: {const: p}, granted: b, at: c}
          - {entity: person, part: p, each: [c, d], id: {first: [a, .]}, fields: {name: a}}
        interactions:
          - of: {part: p, part_id: a}
            part: one
            channel: {const: web}
            kind: {path: e, default: {const: visit}}
            at: {first: [b, "@observed_at"]}
            amount: f
            direction: c
            items: {each: d, when: {path: a, matches: "."}, fields: {sku: a}}
            refs: {x: e}
        """
    )
)


@given(payloads("a", "b", "c", "d", "e", "f"))
def test_any_payload_maps_or_is_rejected_and_twice_the_same(data: dict[str, Any]) -> None:
    record = source_record(data)
    result = apply_mapping(EVERYTHING, record)
    assert isinstance(result, MappingResult | RejectedRecord)
    assert apply_mapping(EVERYTHING, record) == result


@given(payloads("a", "b", "c", "d", "e", "f"))
def test_texts_are_clean_and_never_empty(data: dict[str, Any]) -> None:
    result = apply_mapping(EVERYTHING, source_record(data))
    if isinstance(result, MappingResult):
        for item in (*result.records, *result.interactions):
            for text in texts_in(item):
                assert text == text.strip() != ""
                text.encode("utf-8")
                assert not any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in text)


def texts_in(item: MappedRecord | Interaction | Address | Any) -> list[str]:
    """The texts an item holds; an address may leave its parts empty, a key is the source's."""
    if isinstance(item, str):
        return [item]
    if isinstance(item, tuple):
        return [text for held in item for text in texts_in(held)]
    if isinstance(item, dict):
        return [text for held in item.values() for text in texts_in(held)]
    if isinstance(item, RecordKey) or not hasattr(item, "__slots__"):
        return []
    held = [getattr(item, name) for name in item.__slots__ if name != "direction"]
    return [text for value in held if value != "" for text in texts_in(value)]


@pytest.mark.parametrize("name", sorted(set(TRANSFORMS) - {"replace", "regex", "map"}))
@given(value=values())
def test_a_transform_gives_a_value_or_says_unmappable(name: str, value: Any) -> None:
    options = {"split_name": {"part": "family"}}.get(name, {})
    with suppress(Unmappable):
        TRANSFORMS[name](**options)(value)


@given(st.text() | st.text(alphabet="streamsversion:{}[]- \n*&!?|>\"'0", max_size=60))
def test_checking_any_text_gives_faults_not_exceptions(text: str) -> None:
    assert check_mapping(text) != ()
