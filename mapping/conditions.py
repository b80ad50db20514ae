"""Conditions: `{path, equals | in | exists | matches}`, `{all}`, `{any}`, `{not}`."""

import re
from collections.abc import Callable
from typing import Any

from mapping.document import Node
from mapping.faults import Faults
from mapping.paths import compile_path
from mapping.scope import Scope, Test
from mapping.shapes import flag_of, items_of, keys_of, scalar_of
from mapping.text import is_absent, text_of
from mapping.unmappable import Unmappable

_COMPARISONS = ("equals", "in", "exists", "matches")
_GROUPS = ("all", "any", "not")


def compile_condition(node: Node, faults: Faults) -> Test:
    """A test for the condition in `node`."""
    keys = keys_of(node, faults, allowed=("path", *_COMPARISONS, *_GROUPS))
    kinds = [key for key in (*_COMPARISONS, *_GROUPS) if key in keys]
    if len(kinds) != 1:
        hint = f"One of: {', '.join((*_COMPARISONS, *_GROUPS))}."
        faults.add(node.line, node.path, "A condition has exactly one comparison.", hint)
        return _never
    kind = kinds[0]
    if kind in _GROUPS:
        if "path" in keys:
            faults.add(node.line, node.path, f"{kind!r} takes conditions and no path.")
        return _group(kind, keys[kind], faults)
    if "path" not in keys:
        faults.add(node.line, node.path, "The key 'path' is missing.")
        return _never
    return _comparison(kind, keys["path"], keys[kind], faults)


def _never(_: Scope) -> bool:
    return False


def _group(kind: str, node: Node, faults: Faults) -> Test:
    if kind == "not":
        inner = compile_condition(node, faults)
        return lambda scope: not inner(scope)
    tests = [compile_condition(item, faults) for item in items_of(node, faults)]
    if kind == "all":
        return lambda scope: all(test(scope) for test in tests)
    return lambda scope: any(test(scope) for test in tests)


def _comparison(kind: str, path: Node, operand: Node, faults: Faults) -> Test:
    read = compile_path(path, faults)
    if kind == "exists":
        wanted = flag_of(operand, faults)
        return lambda scope: is_absent(read(scope)) is not wanted
    if kind == "matches":
        holds = _matches(operand, faults)
    elif kind == "equals":
        holds = _among([scalar_of(operand, faults)])
    else:
        holds = _among([scalar_of(item, faults) for item in items_of(operand, faults)])

    def test(scope: Scope) -> bool:
        value = read(scope)
        return any(map(holds, value)) if isinstance(value, list) else holds(value)

    return test


def _among(constants: list[str | int | float | bool]) -> Callable[[Any], bool]:
    """Equality of texts, so that 1 equals "1"; a boolean also equals 1 or 0."""
    texts = frozenset(text for text in map(_text, constants) if text is not None)
    flags = [constant for constant in constants if isinstance(constant, bool)]

    def holds(value: Any) -> bool:
        if isinstance(value, bool) or (flags and isinstance(value, int)):
            return any(value == constant for constant in constants)
        return _text(value) in texts

    return holds


def _matches(operand: Node, faults: Faults) -> Callable[[Any], bool]:
    try:
        search = re.compile(str(operand.value)).search
    except re.error as error:
        faults.add(operand.line, operand.path, f"This is not a regular expression: {error}.")
        return lambda _: False

    def holds(value: Any) -> bool:
        text = _text(value)
        return text is not None and search(text) is not None

    return holds


def _text(value: Any) -> str | None:
    try:
        return text_of(value)
    except Unmappable:
        return None
