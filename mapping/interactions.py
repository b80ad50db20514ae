"""Compiles the interactions of a stream."""

from collections.abc import Callable
from typing import Any

from mapping.coerce import as_amount, as_direction, as_moment
from mapping.document import Node
from mapping.faults import Faults
from mapping.objects import compile_free_object, compile_objects
from mapping.records import compile_each, compile_when
from mapping.references import compile_reference
from mapping.rules import FieldReader, InteractionRule
from mapping.shapes import keys_of, word_of
from mapping.text import text_of
from mapping.values import compile_value

_READERS: dict[str, Callable[[Any], Any]] = {
    "channel": text_of,
    "kind": text_of,
    "at": as_moment,
    "direction": as_direction,
    "subject": text_of,
    "amount": as_amount,
    "currency": text_of,
}
REQUIRED = ("channel", "kind", "at")
"""What an interaction cannot be without, besides the record it hangs on."""

_KEYS = ("of", "part", "when", "each", "id", *_READERS, "items", "refs")


def compile_interaction(node: Node, faults: Faults) -> InteractionRule | None:
    """The rule for one entry of `interactions`; None after a fault that leaves nothing of it."""
    keys = keys_of(node, faults, allowed=_KEYS, required=("of", *REQUIRED))
    if "of" not in keys:
        return None
    elements, element_id = compile_each(node, keys, faults)
    return InteractionRule(
        of=compile_reference(keys["of"], faults),
        fields=tuple(
            (name, _field(name, keys[name], faults))
            for name in (*_READERS, "items", "refs")
            if name in keys
        ),
        part=word_of(keys.get("part"), faults),
        when=compile_when(keys, faults),
        elements=elements,
        element_id=element_id,
    )


def _field(name: str, node: Node, faults: Faults) -> FieldReader:
    if name == "items":
        return compile_objects(node, faults, None)
    if name == "refs":
        return compile_free_object(node, faults)
    get, coerce = compile_value(node, faults), _READERS[name]
    return lambda scope: coerce(get(scope))
