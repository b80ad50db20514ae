"""A program's catalog: which streams it has, and how each is read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.airbyte_process.messages import Node, name_of, part, parts, texts
from connectors.low_code.document import key_text
from connectors.protocol import DeletePolicy, StreamInfo, StreamSpec

DELETED_AT = "_ab_cdc_deleted_at"
"""Set in a record by database connectors that follow the log of changes: the row is gone."""


@dataclass(frozen=True, slots=True)
class Found:
    """A stream of the catalog. `descriptor` is what the protocol calls it."""

    info: StreamInfo
    incremental: bool
    stream: Node

    @property
    def spec(self) -> StreamSpec:
        return self.info.spec

    @property
    def descriptor(self) -> dict[str, Any]:
        names = ("name", "namespace")
        return {name: self.stream[name] for name in names if self.stream.get(name)}

    def configured(self) -> dict[str, Any]:
        """How it is to be read: only what changed where it can, else whole."""
        return {
            "stream": dict(self.stream),
            "sync_mode": "incremental" if self.incremental else "full_refresh",
            "destination_sync_mode": "append",
            "cursor_field": texts(self.stream, "default_cursor_field"),
            "primary_key": self.stream.get("source_defined_primary_key") or [],
        }


def streams_in(catalog: Node, full_pass: Collection[str]) -> list[Found]:
    """The catalog's streams. Those in `full_pass` list every record each time they are read."""
    return [_found(stream, full_pass) for stream in parts(catalog, "streams")]


def configured_catalog(streams: Sequence[Found]) -> dict[str, Any]:
    """What `read` is given."""
    return {"streams": [stream.configured() for stream in streams]}


def _found(stream: Node, full_pass: Collection[str]) -> Found:
    cursor = texts(stream, "default_cursor_field")
    can = "incremental" in texts(stream, "supported_sync_modes")
    incremental = can and bool(stream.get("source_defined_cursor") or cursor)
    properties = part(part(stream, "json_schema"), "properties")
    name = name_of(stream)
    deletes = DeletePolicy.FULL_PASS if name in full_pass else DeletePolicy.NONE
    spec = StreamSpec(
        name,
        primary_key=key_text(stream.get("source_defined_primary_key")),
        cursor=(".".join(cursor) or "state") if incremental else None,
        deletes=DeletePolicy.TOMBSTONE if DELETED_AT in properties else deletes,
    )
    return Found(StreamInfo(spec, properties), incremental, stream)
