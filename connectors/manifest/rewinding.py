"""Sets the cursor of a manifest's stream back to a moment."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from airbyte_cdk.sources.declarative.datetime.datetime_parser import DatetimeParser

from connectors.protocol import StreamState

_ZONED = ("%z", "%s", "%ms", "%epoch", "Z")
_ANY_ZONE = timedelta(hours=14)
"""A time without a zone may be meant in any: none lies further from UTC."""


def rewound(definition: Mapping[str, Any], since: datetime) -> StreamState | None:
    """The state from which what changed at `since` or later is read; None if it cannot be said.

    `definition` is the stream's own part of the manifest, its references resolved.
    """
    cursor = definition.get("incremental_sync") or {}
    field, written = cursor.get("cursor_field"), cursor.get("datetime_format")
    if cursor.get("type") != "DatetimeBasedCursor" or not field or not written:
        return None
    if "{{" in field or "partition_router" in (definition.get("retriever") or {}):
        return None
    if not any(zone in written for zone in _ZONED):
        since -= _ANY_ZONE
    return {field: DatetimeParser().format(since, written)}
