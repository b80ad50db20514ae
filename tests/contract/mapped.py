"""Runs a connector's built-in mapping over what it read."""

from collections.abc import Sequence
from datetime import UTC, datetime

from connectors.protocol import Record
from daifuku.records import RecordKey, RejectedRecord, SourceRecord
from mapping.engine import apply_mapping
from sync.mappings import builtin_mapping

OBSERVED = datetime(2026, 1, 1, tzinfo=UTC)


def rejections(connector: str, stream: str, records: Sequence[Record]) -> list[RejectedRecord]:
    """What the built-in mapping of `connector` rejects of `records`."""
    mapping = builtin_mapping(connector)
    sources = [
        SourceRecord(RecordKey("contract", stream, record.external_id), record.data, OBSERVED)
        for record in records
    ]
    results = [apply_mapping(mapping, source) for source in sources]
    return [result for result in results if isinstance(result, RejectedRecord)]
