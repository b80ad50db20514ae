"""From a library's records to the hub's messages, as every adapter does it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connectors.protocol import ConnectorSpec, Record, StreamSpec, Unreadable
from daifuku.errors import ConfigError
from daifuku.records.source import content_hash

CHECKPOINT_RECORDS = 1_000
"""The most records that may come between two checkpoints."""

CONTENT = "@content"
"""The primary key of a stream whose records bear none: a hash of all their values.

A record that changed then counts as another one.
"""

SAMPLE = 20
"""Records that discovery looks at."""

_JSON_TYPES = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
}


def chosen(spec: ConnectorSpec, names: Sequence[str]) -> list[StreamSpec]:
    """The streams named.

    Raises:
        ConfigError: the connector has none of that name.
    """
    known = {stream.name: stream for stream in spec.streams}
    for name in names:
        if name not in known:
            raise ConfigError(
                f"There is no stream named {name} in {spec.name}.",
                hint=f"Known: {', '.join(known)}.",
                stream=name,
            )
    return [known[name] for name in names]


def recorder(stream: StreamSpec) -> Callable[[dict[str, Any]], Record | Unreadable]:
    """What makes a message of each of the stream's records.

    The primary key is a field's name, a path such as `owner.id`, several of these with commas
    between, whose values are then joined by `|`, or `CONTENT`. A record without its key is
    unreadable.
    """
    name = stream.name
    if stream.primary_key == CONTENT:
        return lambda data: Record(name, content_id(data), data)
    keys = stream.primary_key.split(",")
    key = keys[0] if len(keys) == 1 and "." not in keys[0] else None

    def message(data: dict[str, Any]) -> Record | Unreadable:
        found = data.get(key) if key else _joined(data, keys)
        if found is None or found == "":
            reason = f"The record has no {stream.primary_key}, which identifies it."
            return Unreadable(name, "", "no_key", reason)
        return Record(name, found if type(found) is str else str(found), data)

    return message


def content_id(data: Mapping[str, Any]) -> str:
    """What a record without a key is known by."""
    return content_hash(data).hex()


def properties_of(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The fields seen in `records`, as JSON schema properties."""
    types: dict[str, set[str]] = {}
    for record in records:
        for name, value in record.items():
            types.setdefault(name, set()).add(_JSON_TYPES.get(type(value), "null"))
    return {name: {"type": sorted(found)} for name, found in sorted(types.items())}


def _joined(data: Mapping[str, Any], keys: Sequence[str]) -> str | None:
    values = [_at(data, key) for key in keys]
    return None if None in values else "|".join(map(str, values))


def _at(data: Mapping[str, Any], key: str) -> Any:
    """The value of a field, or at a path if no field has that name."""
    if key in data:
        return data[key]
    found: Any = data
    for step in key.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
