"""Loads and checks mappings."""

import hashlib
from types import MappingProxyType

from mapping.document import Node, read_document
from mapping.faults import Fault, Faults, nearest
from mapping.interactions import compile_interaction
from mapping.records import compile_record
from mapping.references import Reference
from mapping.rules import InteractionRule, Mapping, RecordRule, StreamRule
from mapping.shapes import flag_of, items_of, keys_of, word_of

VERSION = 1


def load_mapping(text: str, *, where: str = "mapping") -> Mapping:
    """The mapping written in `text`; `where` is the name its errors are told by.

    Raises:
        MappingError: the mapping is wrong; it tells the first fault, `check_mapping` tells all.
    """
    mapping, faults = _load(text, where)
    if faults:
        raise faults[0].as_error()
    return mapping


def check_mapping(text: str, where: str = "mapping") -> tuple[Fault, ...]:
    """Everything that is wrong with the mapping written in `text`, by line."""
    return _load(text, where)[1]


def _load(text: str, where: str) -> tuple[Mapping, tuple[Fault, ...]]:
    faults = Faults(where)
    root = read_document(text, faults)
    streams: dict[str, StreamRule] = {}
    connector = ""
    if root is not None:
        required = ("version", "connector", "streams")
        keys = keys_of(root, faults, allowed=required, required=required)
        _check_version(keys.get("version"), faults)
        connector = word_of(keys.get("connector"), faults)
        streams = _streams(keys["streams"], faults) if "streams" in keys else {}
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return Mapping(connector, MappingProxyType(streams), digest), faults.in_order()


def _check_version(node: Node | None, faults: Faults) -> None:
    if node is not None and node.value != VERSION:
        faults.add(node.line, node.path, f"The language's version is {VERSION}.")


def _streams(node: Node, faults: Faults) -> dict[str, StreamRule]:
    if not isinstance(node.value, dict) or not node.value:
        faults.add(node.line, node.path, "At least one stream is expected here.")
        return {}
    streams = {name: _stream(child, faults) for name, child in node.value.items()}
    for name, rule in streams.items():
        for reference in _references(rule):
            _check_reference(reference, name, streams, faults)
    return streams


def _stream(node: Node, faults: Faults) -> StreamRule:
    keys = keys_of(node, faults, allowed=("records", "interactions", "ignore", "empty"))
    ignore = flag_of(keys.get("ignore"), faults)
    records, interactions = keys.get("records"), keys.get("interactions")
    if isinstance(node.value, dict) and not (ignore or records or interactions):
        hint = "Write ignore: true to keep its records as evidence only."
        faults.add(node.line, node.path, "The stream has neither records nor interactions.", hint)
    if ignore and (records or interactions):
        faults.add(node.line, node.path, "A stream that is ignored maps nothing.")
    rules = [compile_record(item, faults) for item in _items(records, faults)]
    touchpoints = [compile_interaction(item, faults) for item in _items(interactions, faults)]
    known = tuple(rule for rule in touchpoints if rule is not None)
    _check_parts(records, rules, faults)
    _check_parts(interactions, known, faults)
    return StreamRule(
        records=tuple(rules),
        interactions=known,
        ignore=ignore,
        may_be_empty=word_of(keys.get("empty"), faults, one_of=("ignore", "reject")) == "ignore",
    )


def _items(node: Node | None, faults: Faults) -> list[Node]:
    return [] if node is None else items_of(node, faults)


def _check_parts(
    node: Node | None, rules: "list[RecordRule] | tuple[InteractionRule, ...]", faults: Faults
) -> None:
    """A rule that always applies hides every later one for the same part."""
    always: set[str] = set()
    for rule in rules:
        if rule.part in always and node is not None:
            named = f"the part {rule.part!r}" if rule.part else "no part"
            hint = "Give each a 'part', or the earlier one a 'when'."
            faults.add(node.line, node.path, f"Two entries here have {named}.", hint)
        if rule.when is None and rule.elements is None:
            always.add(rule.part)


def _references(rule: StreamRule) -> list[Reference]:
    found = [reference for record in rule.records for _, reference in record.relations]
    return found + [interaction.of for interaction in rule.interactions]


def _check_reference(
    reference: Reference, own: str, streams: dict[str, StreamRule], faults: Faults
) -> None:
    node = reference.node
    target = streams.get(reference.stream or own) or streams.get("*")
    if target is None:
        hint = nearest(reference.stream or own, streams)
        faults.add(node.line, node.path, f"There is no stream {reference.stream!r} here.", hint)
        return
    named = [rule for rule in target.records if rule.part == reference.part]
    if not named:
        what = f"part {reference.part!r}" if reference.part else "record without a part"
        parts = {rule.part for rule in target.records if rule.part}
        hint = nearest(reference.part, parts) if parts else "Map it under 'records' there."
        faults.add(node.line, node.path, f"The stream makes no {what}.", hint)
    elif all(rule.elements is not None for rule in named) and reference.part_id is None:
        faults.add(node.line, node.path, "That part is made per element: 'part_id' names which.")
