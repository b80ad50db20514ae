"""Paths: `a.b`, `a[0].b`, `a[*].b`, `"a.b"`, `$.a`, `^.a`, `.`, `@id`."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mapping.document import Node
from mapping.faults import Faults, nearest
from mapping.scope import Getter, Scope
from mapping.text import clean

_STEP = re.compile(
    r"""
    \[ (?P<index> -?\d{1,6} | \* ) \]
    | (?P<dot> \.? ) (?: "(?P<quoted> (?: [^"\\] | \\. )+ )" | (?P<bare> [^.\[\]"^$@] [^.\[\]"]* ) )
    """,
    re.VERBOSE,
)

Step = str | int | None
"""A key, an index, or None for all elements of a list."""

_FACTS: Mapping[str, Callable[[Scope], Any]] = {
    "@id": lambda scope: scope.record.key.external_id,
    "@source": lambda scope: scope.record.key.source,
    "@stream": lambda scope: scope.record.key.stream,
    "@observed_at": lambda scope: scope.record.observed_at,
}


def compile_path(node: Node, faults: Faults) -> Getter:
    """A getter for the path in `node`; text it reads is cleaned, and empty text is absent."""
    path = node.value
    if not isinstance(path, str) or not path:
        faults.add(node.line, node.path, "A path is expected here.", "Quote it if it is a number.")
        return _absent
    if path.startswith("@"):
        if path not in _FACTS:
            hint = nearest(path, _FACTS) + " Quote a key that starts with @."
            faults.add(node.line, node.path, f"There is no {path!r}.", hint)
        return _FACTS.get(path, _absent)
    anchor, rest = _anchor(path)
    steps = _steps(rest) if rest else []
    if steps is None:
        hint = 'Write a.b, a[0], a[*].b, or a."key with . or [".'
        faults.add(node.line, node.path, f"{path!r} is not a path.", hint)
        return _absent
    return _reader(anchor, steps)


def _absent(_: Scope) -> Any:
    return None


def _anchor(path: str) -> tuple[str, str]:
    """Splits `$.a.b` into `$` and `a.b`; `^.^.a` into `^^` and `a`; a plain path has no anchor."""
    if path == ".":
        return ".", ""
    anchor = ""
    if path == "$" or path.startswith(("$.", "$[")):
        anchor, path = "$", path[1:]
    while path == "^" or path.startswith(("^.", "^[")):
        anchor, path = anchor + "^", path[1:].removeprefix(".")
    return anchor, path.removeprefix(".") if anchor else path


def _steps(path: str) -> list[Step] | None:
    steps: list[Step] = []
    at = 0
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None:
            return None
        if match["index"] is not None:
            steps.append(None if match["index"] == "*" else int(match["index"]))
        elif bool(match["dot"]) != bool(steps):
            return None  # `.a` at the start, or `a[0]b` without the dot
        elif match["quoted"] is not None:
            steps.append(re.sub(r"\\(.)", r"\1", match["quoted"]))
        else:
            steps.append(match["bare"])
        at = match.end()
    return steps


def _reader(anchor: str, steps: Sequence[Step]) -> Getter:
    start = _start(anchor)
    if not anchor and len(steps) == 1 and isinstance(steps[0], str):
        return _one_key(steps[0])

    return lambda scope: _walk(start(scope), steps)


def _one_key(key: str) -> Getter:
    def read(scope: Scope) -> Any:
        node = scope.node
        if not isinstance(node, dict):
            return None
        value = node.get(key)
        return (clean(value) or None) if isinstance(value, str) else value

    return read


def _start(anchor: str) -> Callable[[Scope], Any]:
    if anchor == "$":
        return _outermost
    ups = anchor.count("^")

    def climb(scope: Scope) -> Any:
        here: Scope | None = scope
        for _ in range(ups):
            here = here.outer if here else None
        return here.node if here else None

    return climb


def _outermost(scope: Scope) -> Any:
    while scope.outer is not None:
        scope = scope.outer
    return scope.node


def _element(value: Any, index: int) -> Any:
    if isinstance(value, list) and -len(value) <= index < len(value):
        return value[index]
    return None


def _all_of(value: Any, rest: Sequence[Step]) -> list[Any]:
    """The rest of the path read from each element; an object counts as a list of itself."""
    found: list[Any] = []
    for item in value if isinstance(value, list) else [value]:
        held = _walk(item, rest)
        found.extend(held if isinstance(held, list) else [held])
    return [item for item in found if item is not None]


def _walk(value: Any, steps: Sequence[Step]) -> Any:
    for at, step in enumerate(steps):
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        elif step is None:
            return _all_of(value, steps[at + 1 :])
        else:
            value = _element(value, step)
    return _cleaned(value)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value) or None
    if isinstance(value, list):
        return [clean(item) if isinstance(item, str) else item for item in value]
    return value
