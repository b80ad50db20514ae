"""Values: a path, `{first}`, `{join}`, `{const}`, `{when, then, else}`, `{each, value}`.

Any of them as an object may also have `apply` (transforms), `default` and `unreadable`.
"""

from collections.abc import Iterator
from typing import Any

from mapping.conditions import compile_condition
from mapping.document import Node
from mapping.faults import Faults, nearest
from mapping.paths import compile_path
from mapping.scope import Getter, Scope, Test
from mapping.shapes import items_of, keys_of, scalar_of, word_of
from mapping.text import is_absent, texts_of
from mapping.transforms import Transform, compile_transform
from mapping.unmappable import Unmappable

FORMS = ("path", "first", "join", "const", "when", "each")
_COMPANIONS = {"join": ("with",), "when": ("then", "else"), "each": ("when", "value")}
_FINISH = ("apply", "default", "unreadable")


def compile_value(node: Node, faults: Faults) -> Getter:
    """A getter for the value in `node`."""
    if isinstance(node.value, str):
        return compile_path(node, faults)
    if isinstance(node.value, dict):
        return _compile_object(node, faults)
    hint = "Write {const: ...} for a constant, {first: [...]} or {join: [...]} for several paths."
    faults.add(node.line, node.path, "A path or a value object is expected here.", hint)
    return _nothing


def is_value(node: Node) -> bool:
    """Whether the node reads as one value, as against an object of several named values."""
    return not isinstance(node.value, dict) or any(
        form in node.value for form in ("path", "first", "join", "const", "then")
    )


def _nothing(_: Scope) -> Any:
    return None


def _compile_object(node: Node, faults: Faults) -> Getter:
    form = _form_of(node)
    if form is None:
        keys = node.value if isinstance(node.value, dict) else {}
        hint = nearest(next(iter(keys), ""), FORMS)
        faults.add(node.line, node.path, f"A value has one of {', '.join(FORMS)}.", hint)
        return _nothing
    allowed = (form, *_COMPANIONS.get(form, ()), *_FINISH)
    keys = keys_of(node, faults, allowed=allowed)
    return _finished(_BUILDERS[form](keys, faults), keys, faults)


def _form_of(node: Node) -> str | None:
    held = [form for form in FORMS if isinstance(node.value, dict) and form in node.value]
    if held == ["when", "each"]:
        return "each"
    return held[0] if held else None


def _path(keys: dict[str, Node], faults: Faults) -> Getter:
    return compile_path(keys["path"], faults)


def _const(keys: dict[str, Node], faults: Faults) -> Getter:
    constant = scalar_of(keys["const"], faults)
    return lambda _: constant


def _first(keys: dict[str, Node], faults: Faults) -> Getter:
    getters = [compile_value(item, faults) for item in items_of(keys["first"], faults)]

    def read(scope: Scope) -> Any:
        for getter in getters:
            for value in _flat(getter(scope)):
                return value
        return None

    return read


def _join(keys: dict[str, Node], faults: Faults) -> Getter:
    getters = [compile_value(item, faults) for item in items_of(keys["join"], faults)]
    glue = " "
    if "with" in keys:
        glue = str(scalar_of(keys["with"], faults))

    def read(scope: Scope) -> Any:
        held = [
            text for getter in getters for item in _flat(getter(scope)) for text in _texts(item)
        ]
        return glue.join(held) or None

    return read


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else texts_of(value)


def _when(keys: dict[str, Node], faults: Faults) -> Getter:
    test = compile_condition(keys["when"], faults)
    then = compile_value(keys["then"], faults) if "then" in keys else _nothing
    otherwise = compile_value(keys["else"], faults) if "else" in keys else _nothing
    if "then" not in keys:
        node = keys["when"]
        faults.add(node.line, node.path, "A value with 'when' needs 'then'.")
    return lambda scope: then(scope) if test(scope) else otherwise(scope)


def _each(keys: dict[str, Node], faults: Faults) -> Getter:
    elements = compile_elements(keys, faults)
    read = compile_value(keys["value"], faults) if "value" in keys else _nothing
    if "value" not in keys:
        node = keys["each"]
        faults.add(node.line, node.path, "An 'each' here needs 'value'.")
    return lambda scope: [v for inner in elements(scope) for v in _flat(read(inner))]


_BUILDERS = {
    "path": _path,
    "const": _const,
    "first": _first,
    "join": _join,
    "when": _when,
    "each": _each,
}


class Elements:
    """The scopes of an `each`: one per element of its paths, of those that pass its `when`."""

    def __init__(self, lists: list[Getter], test: Test | None) -> None:
        self._lists = lists
        self._test = test

    def __call__(self, scope: Scope) -> Iterator[Scope]:
        for read in self._lists:
            value = read(scope)
            for item in value if isinstance(value, list) else [value]:
                inner = scope.within(item)
                if not is_absent(item) and (self._test is None or self._test(inner)):
                    yield inner


def compile_elements(keys: dict[str, Node], faults: Faults) -> Elements:
    """The elements named by `each` (a path or a list of paths), filtered by `when`."""
    each = keys["each"]
    paths = each.value if isinstance(each.value, list) else [each]
    lists = [compile_path(path, faults) for path in paths]
    test = compile_condition(keys["when"], faults) if "when" in keys else None
    return Elements(lists, test)


def _flat(value: Any) -> Iterator[Any]:
    """The present values in a value or list."""
    for item in value if isinstance(value, list) else (value,):
        if not is_absent(item):
            yield item


def _finished(read: Getter, keys: dict[str, Node], faults: Faults) -> Getter:
    """`read` followed by the transforms; then `default` for what is absent or unreadable."""
    nodes = items_of(keys["apply"], faults) if "apply" in keys else []
    transforms = [compile_transform(node, faults) for node in nodes]
    lenient = word_of(keys.get("unreadable"), faults, one_of=("reject", "absent")) == "absent"
    default = _default(keys["default"], faults) if "default" in keys else None
    if not transforms and default is None and not lenient:
        return read

    def finish(scope: Scope) -> Any:
        try:
            value = read(scope)
            for transform in transforms:
                if is_absent(value):
                    break
                value = _applied(transform, value)
        except Unmappable:
            if not lenient:
                raise
            value = None
        return default(scope) if default is not None and is_absent(value) else value

    return finish


def _default(node: Node, faults: Faults) -> Getter:
    if isinstance(node.value, str):
        hint = "Write {const: ...} for a constant; for another path use {first: [...]}."
        faults.add(node.line, node.path, "Here a text could be a path or a constant.", hint)
        return _nothing
    if isinstance(node.value, dict):
        return compile_value(node, faults)
    constant = scalar_of(node, faults)
    return lambda _: constant


def _applied(transform: Transform, value: Any) -> Any:
    """The transform of a value, or of each element of a list, flattened."""
    if not isinstance(value, list):
        return transform(value)
    return [out for item in value for out in _flat(transform(item))]
