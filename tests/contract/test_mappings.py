"""The contract of every connector's mapping: it loads, maps its samples, and never raises.

A connector's samples are in `tests/connectors/<connector>/samples.json`: a list of
`{stream, external_id, data}`, each with an optional `expect`: `{"records": [...],
"interactions": [...]}` with the fields to find (objects as objects, `part` for the key's part),
or `{"rejected": code}`.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import registry
from daifuku.errors import NotFoundError
from daifuku.records.mapped import Interaction, MappedRecord, MappingResult
from daifuku.records.source import RejectedRecord
from mapping.engine import apply_mapping
from mapping.loader import check_mapping
from sync.mappings import builtin_mapping
from tests.support.mapping import source_record
from tests.support.payloads import payloads

SAMPLES = Path(__file__).parents[1] / "connectors"


def samples() -> list[Any]:
    return [
        pytest.param(path.parent.name, sample, id=f"{path.parent.name}-{number}-{sample['stream']}")
        for path in sorted(SAMPLES.glob("*/samples.json"))
        for number, sample in enumerate(json.loads(path.read_text(encoding="utf-8")))
    ]


def as_json(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))


def shown(item: MappedRecord | Interaction) -> dict[str, Any]:
    """The item's fields as JSON, with its part beside them and parts of objects that are set."""
    fields = {**asdict(item), "part": item.key.part}
    for name in ("addresses", "identifiers", "consents"):
        if name in fields:
            fields[name] = [{k: v for k, v in held.items() if v != ""} for held in fields[name]]
    return dict(as_json(fields))


@pytest.mark.parametrize("connector", registry.names())
def test_a_builtin_mapping_has_no_fault(connector: str) -> None:
    assert check_mapping(registry.mapping_text(connector), f"{connector}/mapping.yaml") == ()
    assert builtin_mapping(connector).connector == connector


@pytest.mark.parametrize(("connector", "sample"), samples())
def test_a_sample_maps_as_expected(connector: str, sample: dict[str, Any]) -> None:
    record = source_record(
        sample["data"], stream=sample["stream"], external_id=str(sample["external_id"])
    )
    result = apply_mapping(builtin_mapping(connector), record)
    expected = sample.get("expect", {})
    if "rejected" in expected:
        assert isinstance(result, RejectedRecord)
        assert result.code == expected["rejected"]
        return
    assert isinstance(result, MappingResult), result
    for kind in ("records", "interactions"):
        if kind in expected:
            found = [shown(item) for item in getattr(result, kind)]
            assert len(found) == len(expected[kind])
            for item, wanted in zip(found, expected[kind], strict=True):
                assert {key: item[key] for key in wanted} == wanted


@pytest.mark.parametrize(("connector", "sample"), samples())
def test_a_broken_sample_never_raises(connector: str, sample: dict[str, Any]) -> None:
    """Each top-level value in turn replaced by one of every other shape."""
    rule = builtin_mapping(connector)
    for key in sample["data"]:
        for junk in (None, "", "\ud800", 0, -1e308, True, [], ["x", 1], {}, {"a": {}}, "x" * 5000):
            record = source_record({**sample["data"], key: junk}, stream=sample["stream"])
            assert apply_mapping(rule, record) == apply_mapping(rule, record)


@given(connector=st.sampled_from(registry.names()), data=payloads())
def test_no_payload_makes_a_builtin_mapping_raise(connector: str, data: dict[str, Any]) -> None:
    for stream in builtin_mapping(connector).streams:
        record = source_record(data, stream=stream)
        rule = builtin_mapping(connector)
        assert apply_mapping(rule, record) == apply_mapping(rule, record)


def test_an_unknown_connector_is_named() -> None:
    with pytest.raises(NotFoundError, match="nonesuch"):
        builtin_mapping("nonesuch")
