"""Short ways to map one record, for tests."""

from collections.abc import Mapping
from datetime import UTC, datetime
from textwrap import dedent, indent
from typing import Any

from daifuku.records.mapped import Interaction, MappedRecord, MappingResult
from daifuku.records.source import RecordKey, RejectedRecord, SourceRecord
from mapping.engine import apply_mapping
from mapping.loader import load_mapping

FETCHED_AT = datetime(2024, 1, 1, tzinfo=UTC)


def source_record(
    data: Mapping[str, Any], *, stream: str = "people", external_id: str = "1"
) -> SourceRecord:
    return SourceRecord(RecordKey("src", stream, external_id), data, FETCHED_AT)


def stream_mapping(body: str) -> str:
    """A whole mapping whose stream `people` has `body`."""
    head = "version: 1\nconnector: test\nstreams:\n  people:\n"
    return head + indent(dedent(body).strip("\n"), "    ") + "\n"


def apply(body: str, data: Mapping[str, Any]) -> MappingResult | RejectedRecord:
    """The result of a mapping whose stream `people` has `body`, for one record with `data`."""
    return apply_mapping(load_mapping(stream_mapping(body)), source_record(data))


def mapped(body: str, data: Mapping[str, Any]) -> MappingResult:
    result = apply(body, data)
    assert isinstance(result, MappingResult), result
    return result


def rejected(body: str, data: Mapping[str, Any]) -> RejectedRecord:
    result = apply(body, data)
    assert isinstance(result, RejectedRecord), result
    return result


def person(fields: str, data: Mapping[str, Any]) -> MappedRecord:
    """The one person made with `fields`, a YAML object in one line."""
    result = mapped(f"records: [{{entity: person, fields: {fields}}}]", data)
    (record,) = result.records
    return record


def interaction(keys: str, data: Mapping[str, Any]) -> Interaction:
    """The one interaction made with `keys`, besides a person and the three required keys."""
    body = f"""
    records: [{{entity: person, fields: {{name: name}}}}]
    interactions:
      - {{of: self, channel: {{const: web}}, kind: {{const: visit}}, {keys}}}
    """
    (found,) = mapped(body, {"name": "山田", **data}).interactions
    return found
