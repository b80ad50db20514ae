"""A low-code manifest as text: its settings' schema and its streams."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from connectors.protocol import DeletePolicy, StreamSpec
from connectors.shaping import CONTENT
from daifuku.errors import ConfigError

LARGEST = 5_000_000
"""Characters of a manifest. The largest public ones have a tenth of that."""

DEEPEST = 50
"""References that may lead from one to the next."""

MOST_PARTS = 100_000
"""Parts that a schema may have once its references are resolved."""

_PARAMETER = re.compile(r"\{\{\s*parameters(?:\[['\"](\w+)['\"]\]|\.(\w+))\s*\}\}")

Node = Mapping[str, Any]


def read_manifest(text: str, where: str) -> dict[str, Any]:
    """The manifest in YAML or JSON; `where` says in messages what it is.

    Raises:
        ConfigError: it is too large, no YAML, or no manifest.
    """
    if len(text) > LARGEST:
        raise ConfigError(f"{where} is too long for a manifest.")
    try:
        found = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{where}, line {line}: this is no valid YAML.") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise ConfigError(f"{where} is no valid YAML.") from None
    if not isinstance(found, dict) or not isinstance(found.get("streams"), list):
        raise ConfigError(
            f"{where} is no low-code manifest: it has no list of streams.",
            hint="Streams made on the fly (dynamic_streams) are not read.",
        )
    return found


def settings_schema(manifest: Node) -> dict[str, Any]:
    """The JSON schema of the settings the manifest asks for, its references resolved.

    Raises:
        ConfigError: a reference leads nowhere.
    """
    spec = _mapping(_resolved(manifest, manifest.get("spec")))
    found = spec.get("connection_specification") or {}
    if not isinstance(found, dict):
        raise ConfigError("The manifest's spec.connection_specification is no schema.")
    return found


def streams_of(manifest: Node) -> tuple[StreamSpec, ...]:
    """What the manifest's streams are, those it checks first.

    Raises:
        ConfigError: a stream has no name, or one that another has.
    """
    found = [_stream(manifest, number, node) for number, node in enumerate(manifest["streams"], 1)]
    names = [stream.name for stream in found]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"The manifest has two streams named {name}.")
    if not found:
        raise ConfigError("The manifest has no stream.")
    check = _shallow(manifest, manifest.get("check") or {})
    checked = check.get("stream_names")
    first = checked if isinstance(checked, list) else []
    return tuple(sorted(found, key=lambda stream: stream.name not in first))


def _stream(manifest: Node, number: int, node: Any) -> StreamSpec:
    whole = _shallow(manifest, node)
    if "incremental_stream" in whole:
        whole = {**_shallow(manifest, whole["incremental_stream"]), "name": whole.get("name")}
    parameters = _shallow(manifest, whole.get("$parameters") or {})

    def value(key: str) -> Any:
        held = whole.get(key, parameters.get(key))
        return _filled(_resolved(manifest, held), parameters)

    name = value("name")
    if not isinstance(name, str) or not name:
        raise ConfigError(f"The manifest's stream number {number} has no name.")
    cursor = _shallow(manifest, whole.get("incremental_sync") or {})
    field = _filled(cursor.get("cursor_field"), parameters | _parameters(manifest, cursor))
    return StreamSpec(
        name,
        primary_key=key_text(value("primary_key")),
        cursor=field if isinstance(field, str) else None,
        deletes=DeletePolicy.NONE,
    )


def key_text(key: Any) -> str:
    """A primary key as a spec writes it: `id`, `order,line`, `owner.id`, or `CONTENT` for none.

    A manifest writes a field's name, a list of such, or lists that are paths.
    """
    if not key:
        return CONTENT
    parts = key if isinstance(key, Sequence) and not isinstance(key, str) else [key]
    return ",".join(".".join(map(str, p)) if isinstance(p, list) else str(p) for p in parts)


def _parameters(manifest: Node, node: Node) -> dict[str, Any]:
    return _shallow(manifest, node.get("$parameters") or {})


def _filled(value: Any, parameters: Node) -> Any:
    """The value with `{{ parameters['x'] }}` replaced."""
    if isinstance(value, list):
        return [_filled(item, parameters) for item in value]
    if not isinstance(value, str):
        return value
    return _PARAMETER.sub(lambda found: str(parameters.get(found[1] or found[2], "")), value)


def _shallow(manifest: Node, node: Any) -> dict[str, Any]:
    """The object that `node` is or refers to, with what stands beside the reference over it."""
    chain: list[Node] = list(_chain(manifest, node))
    merged: dict[str, Any] = {}
    for part in reversed(chain):
        parameters = {**_mapping(merged.get("$parameters")), **_mapping(part.get("$parameters"))}
        merged |= {key: value for key, value in part.items() if key != "$ref"}
        if parameters:
            merged["$parameters"] = parameters
    return merged


def _mapping(node: Any) -> Node:
    return node if isinstance(node, Mapping) else {}


def _chain(manifest: Node, node: Any) -> Iterator[Node]:
    for _ in range(DEEPEST):
        if isinstance(node, str) and node.startswith("#/"):
            node = _target(manifest, node)
        if not isinstance(node, Mapping):
            return
        yield node
        if "$ref" not in node:
            return
        node = _target(manifest, node["$ref"])
    raise ConfigError("A reference of the manifest leads back to itself.")


def _target(manifest: Node, reference: Any) -> Any:
    node: Any = manifest
    for step in str(reference).removeprefix("#/").split("/"):
        node = node.get(step) if isinstance(node, Mapping) else None
        if node is None:
            raise ConfigError(f"The manifest refers to {reference}, which is not in it.")
    return node


def _resolved(manifest: Node, node: Any) -> Any:
    """`node` with every reference in it resolved."""
    left = iter(range(MOST_PARTS))

    def resolve(node: Any, depth: int) -> Any:
        if depth > DEEPEST or next(left, None) is None:
            raise ConfigError("References of the manifest lead to ever more of it.")
        if isinstance(node, str) and node.startswith("#/"):
            return resolve(_target(manifest, node), depth + 1)
        if isinstance(node, list):
            return [resolve(item, depth + 1) for item in node]
        if isinstance(node, Mapping):
            whole = _shallow(manifest, node)
            return {key: resolve(value, depth + 1) for key, value in whole.items()}
        return node

    return resolve(node, 0)
