"""References to mapped records: `self`, `{part}`, `{stream, id, part, part_id}`."""

from dataclasses import dataclass

from daifuku.records.source import RecordKey
from mapping.document import Node
from mapping.faults import Faults
from mapping.scope import Getter, Scope
from mapping.shapes import keys_of, word_of
from mapping.text import text_of
from mapping.values import compile_value


@dataclass(frozen=True, slots=True)
class Reference:
    """Points at a record: of this source record, or of another one of the same source.

    `stream` is None for the own stream; `id` None for the own source record; `part_id` names
    the element of a record that the mapping makes with `each`.
    """

    node: Node
    stream: str | None = None
    id: Getter | None = None
    part: str = ""
    part_id: Getter | None = None

    def key(self, scope: Scope) -> RecordKey | None:
        """The record's key, or None where the id it needs is absent."""
        own = scope.record.key
        external_id: str | None = own.external_id
        if self.id is not None:
            external_id = text_of(self.id(scope))
        part: str | None = self.part
        if self.part_id is not None:
            part = element_part(self.part, text_of(self.part_id(scope)))
        if external_id is None or part is None:
            return None
        return RecordKey(own.source, self.stream or own.stream, external_id, part)


def element_part(part: str, element_id: str | None) -> str | None:
    """The part an element of an `each` makes: `contact:17`, or `17` where no part is named."""
    if element_id is None:
        return None
    return f"{part}:{element_id}" if part else element_id


def compile_reference(node: Node, faults: Faults) -> Reference:
    """The reference in `node`. Whether its stream and part exist is checked when all are known."""
    if node.value == "self":
        return Reference(node)
    keys = keys_of(node, faults, allowed=("stream", "id", "part", "part_id"))
    if "stream" in keys and "id" not in keys:
        faults.add(node.line, node.path, "A reference to another stream needs 'id'.")
    if not keys and isinstance(node.value, dict):
        faults.add(node.line, node.path, "The reference is empty.", "Write self, or give a part.")
    return Reference(
        node=node,
        stream=word_of(keys["stream"], faults) if "stream" in keys else None,
        id=compile_value(keys["id"], faults) if "id" in keys else None,
        part=word_of(keys.get("part"), faults),
        part_id=compile_value(keys["part_id"], faults) if "part_id" in keys else None,
    )
