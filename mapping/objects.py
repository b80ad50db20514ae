"""Fields that hold objects: addresses, identifiers, consents, and the items of an interaction."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from daifuku.records.mapped import Address, Consent, Identifier
from mapping.coerce import as_flag
from mapping.conditions import compile_condition
from mapping.document import Node
from mapping.faults import Faults
from mapping.scope import Getter, Scope
from mapping.shapes import keys_of
from mapping.text import text_of
from mapping.transforms.places import country
from mapping.values import compile_elements, compile_value, is_value


@dataclass(frozen=True, slots=True)
class ObjectShape:
    """What an object is made of. Without a `required` part it says nothing and is left out.

    `bare` is the part that a plain value stands for, `read` reads parts that are no text.
    """

    make: Callable[..., Any]
    parts: tuple[str, ...]
    required: tuple[str, ...] = ()
    bare: str = ""
    read: Mapping[str, Callable[[Any], Any]] | None = None


def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _country(value: Any) -> str | None:
    text = text_of(value)
    return None if text is None else country(text)


ADDRESS = ObjectShape(Address, _names(Address), bare="text", read={"country": _country})
IDENTIFIER = ObjectShape(Identifier, _names(Identifier), required=("scheme", "value"))
CONSENT = ObjectShape(
    Consent, _names(Consent), required=("purpose", "granted"), read={"granted": as_flag}
)

Maker = Callable[[Scope], Iterator[Any]]


def compile_objects(node: Node, faults: Faults, shape: ObjectShape | None) -> Getter:
    """A getter of a tuple of objects, each once; `shape` None stands for objects of free keys.

    `node` is one template or a list of them.
    """
    nodes = node.value if isinstance(node.value, list) else [node]
    makers = [_compile_template(item, faults, shape) for item in nodes]

    def read(scope: Scope) -> tuple[Any, ...]:
        found: list[Any] = []
        for make in makers:
            found.extend(item for item in make(scope) if item not in found)
        return tuple(found)

    return read


def compile_free_object(node: Node, faults: Faults) -> Callable[[Scope], dict[str, str]]:
    """An object of texts under keys the mapping chooses, such as `refs`."""
    if not isinstance(node.value, dict):
        faults.add(node.line, node.path, "An object (key: value) is expected here.")
        return lambda _: {}
    parts = [(key, compile_value(child, faults)) for key, child in node.value.items()]

    def read(scope: Scope) -> dict[str, str]:
        texts = ((key, text_of(get(scope))) for key, get in parts)
        return {key: text for key, text in texts if text is not None}

    return read


def _compile_template(node: Node, faults: Faults, shape: ObjectShape | None) -> Maker:
    if isinstance(node.value, dict) and "each" in node.value and "value" not in node.value:
        keys = keys_of(node, faults, allowed=("each", "when", "fields"), required=("fields",))
        elements = compile_elements(keys, faults)
        make = _compile_object(keys["fields"], faults, shape) if "fields" in keys else _no_objects

        def make_each(scope: Scope) -> Iterator[Any]:
            for inner in elements(scope):
                yield from make(inner)

        return make_each
    return _compile_object(node, faults, shape)


def _unless_empty(read: Callable[[Scope], dict[str, str]]) -> Maker:
    def make(scope: Scope) -> Iterator[Any]:
        held = read(scope)
        if held:
            yield held

    return make


def _no_objects(_: Scope) -> Iterator[Any]:
    return iter(())


def _compile_object(node: Node, faults: Faults, shape: ObjectShape | None) -> Maker:
    if shape is None:
        return _unless_empty(compile_free_object(node, faults))
    if shape.bare and is_value(node):
        return _bare(node, faults, shape)
    keys = keys_of(node, faults, allowed=("when", *shape.parts), required=shape.required)
    test = compile_condition(keys.pop("when"), faults) if "when" in keys else None
    readers: Mapping[str, Callable[[Any], Any]] = shape.read or {}
    parts: list[tuple[str, Getter, Callable[[Any], Any]]] = [
        (key, compile_value(child, faults), readers.get(key, text_of))
        for key, child in keys.items()
    ]

    def make(scope: Scope) -> Iterator[Any]:
        if test is not None and not test(scope):
            return
        made = {key: coerce(get(scope)) for key, get, coerce in parts}
        held = {key: value for key, value in made.items() if value is not None}
        if _says_something(held, shape):
            yield shape.make(**held)

    return make


def _says_something(held: Mapping[str, Any], shape: ObjectShape) -> bool:
    if shape.required:
        return all(key in held for key in shape.required)
    return any(key != "country" for key in held)


def _bare(node: Node, faults: Faults, shape: ObjectShape) -> Maker:
    get = compile_value(node, faults)

    def make(scope: Scope) -> Iterator[Any]:
        value = get(scope)
        for item in value if isinstance(value, list) else [value]:
            text = text_of(item)
            if text is not None:
                yield shape.make(**{shape.bare: text})

    return make
