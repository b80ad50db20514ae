"""Checks the shape of a node: which keys an object may and must have, what a list holds."""

from collections.abc import Iterable

from mapping.document import Node
from mapping.faults import Faults, nearest


def keys_of(
    node: Node, faults: Faults, *, allowed: Iterable[str], required: Iterable[str] = ()
) -> dict[str, Node]:
    """The object's known keys; unknown and missing ones become faults."""
    if not isinstance(node.value, dict):
        faults.add(node.line, node.path, "An object (key: value) is expected here.")
        return {}
    allowed = frozenset(allowed)
    for key, child in node.value.items():
        if key not in allowed:
            faults.add(child.line, child.path, f"There is no key {key!r}.", nearest(key, allowed))
    for key in required:
        if key not in node.value:
            faults.add(node.line, node.path, f"The key {key!r} is missing.")
    return {key: child for key, child in node.value.items() if key in allowed}


def items_of(node: Node, faults: Faults) -> list[Node]:
    """The elements of a list node."""
    if isinstance(node.value, list):
        return node.value
    faults.add(node.line, node.path, "A list is expected here.")
    return []


def word_of(node: Node | None, faults: Faults, *, one_of: Iterable[str] = ()) -> str:
    """A constant text, one of `one_of` where given; "" for an absent node."""
    if node is None:
        return ""
    words = tuple(one_of)
    if not isinstance(node.value, str) or not node.value:
        faults.add(node.line, node.path, "A word is expected here.")
    elif words and node.value not in words:
        hint = nearest(node.value, words)
        faults.add(node.line, node.path, f"{node.value!r} cannot stand here.", hint)
    else:
        return node.value
    return ""


def flag_of(node: Node | None, faults: Faults, *, default: bool = False) -> bool:
    """A constant true or false."""
    if node is None:
        return default
    if not isinstance(node.value, bool):
        faults.add(node.line, node.path, "true or false is expected here.")
    return bool(node.value)


def scalar_of(node: Node, faults: Faults) -> str | int | float | bool:
    """A constant."""
    if isinstance(node.value, (str, int, float, bool)):
        return node.value
    faults.add(node.line, node.path, "A constant (a text, a number, true or false) is expected.")
    return ""
